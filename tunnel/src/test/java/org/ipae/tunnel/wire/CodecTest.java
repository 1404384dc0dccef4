// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ipae.crypto.Suite;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final int[][] EXACT = {
    {MessageType.COOKIE_REQUEST, 128},
    {MessageType.COOKIE_RESPONSE, 76},
    {MessageType.INIT, 1352},
    {MessageType.RESP, 1232},
    {MessageType.RESP, 128},
    {MessageType.INIT_PART, 714},
    {MessageType.UNKNOWN_ID, 12}
  };

  private static byte[] message(int type, int length) {
    byte[] b = new byte[length];
    b[0] = (byte) type;
    b[1] = MessageType.VERSION;
    if (type == MessageType.INIT && length > 2) {
      b[2] = 1;
    }
    return b;
  }

  @Test
  void onlyTheExactLengthVersionAndTypeDecode() {
    for (int[] e : EXACT) {
      assertNotNull(Codec.decode(message(e[0], e[1]), 0, e[1]));
      for (int length = 2; length < 1_500; length++) {
        int n = length;
        boolean exists = Arrays.stream(EXACT).anyMatch(x -> x[0] == e[0] && x[1] == n);
        assertEquals(exists, Codec.decode(message(e[0], n), 0, n) != null, e[0] + " " + n);
      }
      for (int version = 0; version < 256; version++) {
        byte[] b = message(e[0], e[1]);
        b[1] = (byte) version;
        assertEquals(version == 1, Codec.decode(b, 0, b.length) != null);
      }
    }
    for (int type = 7; type < 128; type++) {
      for (int length : List.of(12, 76, 128, 152, 714, 1232, 1352)) {
        assertNull(Codec.decode(message(type, length), 0, length));
      }
    }
  }

  @Test
  void theLengthOfAnInitIsThatOfItsSuite() {
    for (Suite suite : Suite.values()) {
      for (int length : List.of(Sizes.INIT_HYBRID, Sizes.INIT_CLASSICAL)) {
        byte[] b = message(MessageType.INIT, length);
        b[2] = (byte) suite.id();
        assertEquals(
            length == Codec.initLength(suite), Codec.decode(b, 0, length) != null, suite.name());
      }
      assertTrue(Codec.respLength(suite) < Codec.initLength(suite));
    }
  }

  @Test
  void unknownSuitesFlagsAndPartsDoNotDecode() {
    byte[] init = message(MessageType.INIT, Sizes.INIT_HYBRID);
    init[2] = 9;
    assertNull(Codec.decode(init, 0, init.length));
    init[2] = 1;
    init[3] = 1;
    assertNull(Codec.decode(init, 0, init.length));
    byte[] part = message(MessageType.INIT_PART, Sizes.INIT_PART);
    part[3] = 1;
    assertNotNull(Codec.decode(part, 0, part.length));
    part[3] = 2;
    assertNull(Codec.decode(part, 0, part.length));
  }

  @Test
  void answersAreSmallerThanWhatAsksForThem() {
    assertTrue(Sizes.COOKIE_RESPONSE < Sizes.COOKIE_REQUEST);
    assertTrue(Sizes.COOKIE_RESPONSE < Sizes.INIT_CLASSICAL);
    assertTrue(Sizes.COOKIE_RESPONSE < Sizes.INIT_PART);
    assertTrue(Sizes.RESP_HYBRID < Sizes.INIT_HYBRID);
    assertTrue(Sizes.RESP_HYBRID < 2 * Sizes.INIT_PART);
    assertTrue(Sizes.RESP_CLASSICAL < Sizes.INIT_CLASSICAL);
    assertTrue(Sizes.UNKNOWN_ID < Sizes.DATA_OVERHEAD);
    assertTrue(Sizes.RESP_HYBRID + Sizes.IPV6_UDP <= Sizes.MIN_PATH_MTU);
    assertTrue(Sizes.INIT_PART + Sizes.IPV6_UDP <= Sizes.MIN_PATH_MTU);
    assertTrue(Sizes.INIT_HYBRID + Sizes.IPV6_UDP <= 1_400);
  }

  @Test
  void noBytesMakeItThrow() {
    Random random = new Random(2);
    int cases = Integer.getInteger("ipae.cases", 100_000);
    for (int i = 0; i < cases; i++) {
      int[] e = EXACT[random.nextInt(EXACT.length)];
      byte[] b = new byte[e[1]];
      random.nextBytes(b);
      if (random.nextBoolean()) {
        b[0] = (byte) e[0];
        b[1] = 1;
      }
      int len = random.nextBoolean() ? b.length : random.nextInt(b.length + 1);
      Codec.decode(b, 0, len);
    }
  }
}
