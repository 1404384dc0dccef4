// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemEntropyTest {
  private final List<byte[]> given = new ArrayList<>();

  @SuppressWarnings("serial")
  private final class Watched extends SecureRandom {
    @Override
    public void nextBytes(byte[] out) {
      Arrays.fill(out, (byte) 7);
      given.add(out);
    }
  }

  @Test
  void noOtherArrayHoldsWhatWasGiven() {
    SystemEntropy entropy = new SystemEntropy(new Watched());
    byte[] part = new byte[6];
    entropy.fill(part, 2, 3);
    assertArrayEquals(new byte[] {0, 0, 7, 7, 7, 0}, part);
    assertArrayEquals(new byte[3], given.getLast());
    assertSame(entropy.bytes(32), given.getLast());
  }
}
