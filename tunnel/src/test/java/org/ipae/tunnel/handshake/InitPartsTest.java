// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Random;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Message.InitPart;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

class InitPartsTest {
  private static final Endpoint HERE = Lab.endpoint(1, false);

  private static byte[] init(int seed) {
    byte[] b = new byte[Sizes.INIT_HYBRID];
    new Random(seed).nextBytes(b);
    b[0] = MessageType.INIT;
    b[1] = MessageType.VERSION;
    b[Init.SUITE] = 1;
    b[Init.FLAGS] = 0;
    return b;
  }

  private static InitPart part(int seed, int index) {
    return new InitPart(InitParts.split(init(seed))[index]);
  }

  @Test
  void twoPartsMakeTheInitInEitherOrder() {
    for (int first : new int[] {0, 1}) {
      InitParts parts = new InitParts();
      assertNull(parts.add(0, HERE, part(1, first)));
      Init joined = parts.add(1, HERE, part(1, 1 - first));
      assertNotNull(joined);
      byte[] expected = init(1);
      Arrays.fill(expected, expected.length - Sizes.INIT_MACS, expected.length, (byte) 0);
      assertArrayEquals(expected, joined.bytes());
      assertEquals(0, parts.size());
    }
  }

  @Test
  void onePartTwiceIsNotTwoParts() {
    InitParts parts = new InitParts();
    assertNull(parts.add(0, HERE, part(1, 0)));
    assertNull(parts.add(0, HERE, part(1, 0)));
    assertEquals(1, parts.size());
  }

  @Test
  void partsOfTwoInitsOrFromTwoPlacesAreNotJoined() {
    InitParts parts = new InitParts();
    assertNull(parts.add(0, HERE, part(1, 0)));
    assertNull(parts.add(0, HERE, part(2, 1)));
    assertNull(parts.add(0, new Endpoint(HERE.hi(), HERE.lo(), 7), part(1, 1)));
    assertNull(parts.add(0, Lab.endpoint(2, false), part(1, 1)));
    assertNotNull(parts.add(0, HERE, part(1, 1)));
  }

  @Test
  void theyAreKeptForTwoSecondsAndSixteenPerAddress() {
    InitParts parts = new InitParts();
    for (int i = 0; i < 40; i++) {
      parts.add(0, HERE, part(i, 0));
    }
    assertEquals(HandshakeLimits.PARTS_PER_ADDRESS, parts.size());
    assertEquals(40 - HandshakeLimits.PARTS_PER_ADDRESS, parts.gaveWay());
    assertNull(parts.add(HandshakeLimits.PART_LIFE, HERE, part(0, 1)));
    assertEquals(1, parts.size());
  }

  @Test
  void thereAreNeverMoreThanTheLimitInAll() {
    InitParts parts = new InitParts();
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      parts.add(0, new Endpoint(1, random.nextLong(), 5), part(i % 50, i & 1));
    }
    assertEquals(HandshakeLimits.PARTS, parts.size());
  }

  @Test
  void aNetworkThatFillsTheTableShutsOutNobodyElse() {
    long seed = 20_261_125;
    Random random = new Random(seed);
    for (int attacker = 48; attacker <= 64; attacker += 8) {
      InitParts parts = new InitParts();
      long own = 0x2001_0db8_0000_0000L;
      long hosts = attacker == 64 ? 0 : (1L << (64 - attacker)) - 1;
      for (int i = 0; i < 1_000; i++) {
        Endpoint e = new Endpoint(own | random.nextLong() & hosts, random.nextLong(), 5);
        parts.add(0, e, part(i % 50, 0));
      }
      for (int peer = 0; peer < 20; peer++) {
        Endpoint honest = new Endpoint(0x2a00_0000_0000_0000L + ((long) peer << 20), 1, 1138);
        assertNull(parts.add(0, honest, part(peer, 0)));
        for (int i = 0; i < 256; i++) {
          Endpoint e = new Endpoint(own | random.nextLong() & hosts, random.nextLong(), 5);
          parts.add(0, e, part(i % 50, 0));
        }
        assertNotNull(parts.add(1, honest, part(peer, 1)), "/" + attacker + ", seed " + seed);
      }
    }
  }
}
