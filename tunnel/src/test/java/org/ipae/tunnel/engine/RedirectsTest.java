// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RedirectsTest {

  private static byte[] ipv4(int words, int protocol, int fragment, int type) {
    byte[] p = new byte[60 + 5];
    p[5] = (byte) (0x40 | words);
    p[5 + 6] = (byte) (fragment >> 8);
    p[5 + 7] = (byte) fragment;
    p[5 + 9] = (byte) protocol;
    p[5 + 4 * words] = (byte) type;
    return p;
  }

  private static boolean is(byte[] p, int length) {
    return Redirects.is(p, 5, length);
  }

  @Test
  void onlyTheirTypeIsMeantWhateverTheOptions() {
    for (int words = 5; words < 12; words++) {
      for (int type = 0; type < 256; type++) {
        assertTrue(is(ipv4(words, 1, 0, type), 60) == (type == 5), words + " words, type " + type);
      }
      assertFalse(is(ipv4(words, 17, 0, 5), 60));
      assertFalse(is(ipv4(words, 1, 0, 5), 4 * words), "nothing behind the header");
    }
  }

  @Test
  void aLaterFragmentOfAPingIsNone() {
    assertTrue(is(ipv4(5, 1, 0x4000, 5), 60), "do not fragment");
    assertTrue(is(ipv4(5, 1, 0x2000, 5), 60), "the first fragment");
    assertFalse(is(ipv4(5, 1, 0x0100, 5), 60));
    assertFalse(is(ipv4(5, 1, 1, 5), 60));
  }

  @Test
  void thoseOfIpv6AreMeantToo() {
    byte[] p = new byte[60];
    p[5] = 0x60;
    p[5 + 6] = 58;
    p[5 + 40] = (byte) 137;
    assertTrue(is(p, 50));
    assertFalse(is(p, 40));
    p[5 + 40] = (byte) 136;
    assertFalse(is(p, 50));
  }
}
