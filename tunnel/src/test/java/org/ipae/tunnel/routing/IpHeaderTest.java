// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IpHeaderTest {

  private static byte[] ipv4(int length, int said, int words) {
    ByteBuffer b = ByteBuffer.allocate(length);
    b.put(0, (byte) (0x40 | words)).putShort(2, (short) said);
    b.putInt(12, 0x0a000001).putInt(16, 0xc0000201);
    return b.array();
  }

  private static byte[] ipv6(int length, int said) {
    ByteBuffer b = ByteBuffer.allocate(length);
    b.put(0, (byte) 0x60).putShort(4, (short) said);
    b.putLong(8, 0x2001_0db8_0000_0001L).putLong(16, 1);
    b.putLong(24, 0x2001_0db8_0000_0002L).putLong(32, 2);
    return b.array();
  }

  @Test
  void aWholeDatagramIsExactlyAsLongAsItSays() {
    assertTrue(IpHeader.whole(ipv4(40, 40, 5), 0, 40));
    assertTrue(IpHeader.whole(ipv4(60, 60, 15), 0, 60));
    assertFalse(IpHeader.whole(ipv4(40, 41, 5), 0, 40));
    assertFalse(IpHeader.whole(ipv4(40, 39, 5), 0, 40));
    assertFalse(IpHeader.whole(ipv4(40, 40, 4), 0, 40), "header shorter than 20");
    assertFalse(IpHeader.whole(ipv4(40, 40, 15), 0, 40), "header longer than the packet");
    assertFalse(IpHeader.whole(ipv4(20, 19, 5), 0, 19));
    assertTrue(IpHeader.whole(ipv6(40, 0), 0, 40));
    assertTrue(IpHeader.whole(ipv6(1000, 960), 0, 1000));
    assertFalse(IpHeader.whole(ipv6(1000, 961), 0, 1000));
    assertFalse(IpHeader.whole(ipv6(40, 0), 0, 39));
    assertFalse(IpHeader.whole(new byte[100], 0, 100));
    assertFalse(IpHeader.whole(new byte[100], 0, 0));
    assertTrue(IpHeader.whole(ipv4(65_535, 65_535, 5), 0, 65_535));
  }

  @Test
  void addressesAreReadInTheSixteenByteForm() {
    byte[] four = ipv4(20, 20, 5);
    assertEquals(0, IpHeader.sourceHi(four, 0));
    assertEquals(0x0000_ffff_0a00_0001L, IpHeader.sourceLo(four, 0));
    assertEquals(0, IpHeader.destinationHi(four, 0));
    assertEquals(0x0000_ffff_c000_0201L, IpHeader.destinationLo(four, 0));
    byte[] six = ipv6(40, 0);
    assertEquals(0x2001_0db8_0000_0001L, IpHeader.sourceHi(six, 0));
    assertEquals(1, IpHeader.sourceLo(six, 0));
    assertEquals(0x2001_0db8_0000_0002L, IpHeader.destinationHi(six, 0));
    assertEquals(2, IpHeader.destinationLo(six, 0));
  }

  @Test
  void noBytesMakeItThrow() {
    Random random = new Random(4);
    int whole = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] b = new byte[20 + random.nextInt(40)];
      random.nextBytes(b);
      int len = random.nextInt(b.length + 1);
      whole += IpHeader.whole(b, 0, len) ? 1 : 0;
    }
    assertTrue(whole < 1_000);
  }
}
