// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.Random;
import org.ipae.crypto.Entropy;

/** Repeatable random bytes. */
public final class SimEntropy implements Entropy {
  private final Random random;

  public SimEntropy(long seed) {
    random = new Random(seed);
  }

  @Override
  public void fill(byte[] out, int offset, int length) {
    for (int i = 0; i < length; i++) {
      out[offset + i] = (byte) random.nextInt();
    }
  }
}
