// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemTest {

  @Test
  void anItemIsAsLongAsItsHeaderSays() {
    byte[] item = RawItem.of(Item.PING, new byte[9]);
    assertEquals(12, item.length);
    assertEquals(12, Item.length(item, 0, 12));
    assertEquals(Item.MALFORMED, Item.length(item, 0, 11));
    assertEquals(Item.MALFORMED, Item.length(item, 0, 2));
    assertEquals(3, Item.length(RawItem.of(0x7f, new byte[0]), 0, 3));
  }

  @Test
  void paddingReachesToTheEnd() {
    assertEquals(1, Item.length(new byte[] {0}, 0, 1));
    assertEquals(9, Item.length(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1, 10));
  }

  @Test
  void anIpDatagramIsAsLongAsItsOwnHeaderSays() {
    byte[] four = new byte[100];
    four[0] = 0x45;
    BigEndian.u16(four, 2, 60);
    assertTrue(Item.isIp(four, 0));
    assertEquals(60, Item.length(four, 0, 100));
    assertEquals(60, Item.length(four, 0, 60));
    assertEquals(Item.MALFORMED, Item.length(four, 0, 59));
    BigEndian.u16(four, 2, 19);
    assertEquals(Item.MALFORMED, Item.length(four, 0, 100));
    byte[] six = new byte[100];
    six[0] = 0x60;
    BigEndian.u16(six, 4, 60);
    assertTrue(Item.isIp(six, 0));
    assertEquals(100, Item.length(six, 0, 100));
    assertEquals(Item.MALFORMED, Item.length(six, 0, 39));
    assertFalse(Item.isIp(new byte[] {0x50}, 0));
  }

  @Test
  void noBytesMakeItThrowStandStillOrRunOver() {
    Random random = new Random(1);
    int cases = Integer.getInteger("ipae.cases", 100_000);
    for (int i = 0; i < cases; i++) {
      byte[] b = new byte[1 + random.nextInt(120)];
      random.nextBytes(b);
      if (random.nextBoolean()) {
        b[0] = (byte) (random.nextInt(16) == 0 ? 0x45 : random.nextInt(12));
      }
      int at = random.nextInt(b.length);
      int n = Item.length(b, at, b.length);
      assertTrue(n == Item.MALFORMED || (n >= 1 && at + n <= b.length), "case " + i);
    }
  }
}
