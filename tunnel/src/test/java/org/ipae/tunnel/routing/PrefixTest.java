// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixTest {

  @Test
  void hostBitsAreClearedOnTheWayInAndRefusedInTheRecord() {
    Prefix p = Prefix.of(new byte[] {10, 1, 2, 3}, 16);
    assertEquals("10.1.0.0/16", p.toString());
    assertEquals(112, p.bits());
    assertThrows(IllegalArgumentException.class, () -> new Prefix(1, 0, 32));
    assertThrows(IllegalArgumentException.class, () -> new Prefix(0, 0, 129));
    assertThrows(IllegalArgumentException.class, () -> new Prefix(0, 0, -1));
  }

  @Test
  void addressAndLengthComeBackAsWritten() {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(address);
      int length = random.nextInt(8 * address.length + 1);
      Prefix p = Prefix.of(address, length);
      assertEquals(address.length == 4, p.isIpv4(), () -> p.toString());
      assertEquals(length, p.length());
      for (int bit = 0; bit < 8 * address.length; bit++) {
        int mask = 0x80 >>> bit % 8;
        int kept = bit < length ? address[bit / 8] & mask : 0;
        assertEquals(kept, p.address()[bit / 8] & mask);
      }
      assertEquals(p, Prefix.of(p.address(), p.length()));
    }
  }

  @Test
  void itContainsWhatSharesItsBits() {
    Prefix p = Prefix.of(new byte[] {10, 1, 0, 0}, 16);
    assertTrue(p.contains(0, 0x0000_ffff_0a01_ffffL));
    assertFalse(p.contains(0, 0x0000_ffff_0a02_0000L));
    assertFalse(p.contains(1, 0x0000_ffff_0a01_0000L));
    Prefix host = Prefix.of(new byte[16], 128);
    assertTrue(host.contains(0, 0));
    assertFalse(host.contains(0, 1));
    assertArrayEquals(new byte[16], host.address());
  }
}
