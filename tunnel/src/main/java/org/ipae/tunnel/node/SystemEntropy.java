// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.security.SecureRandom;
import java.util.Arrays;
import org.ipae.crypto.Entropy;

/** The operating system's generator, of which no copy of what it gave is left behind. */
final class SystemEntropy implements Entropy {
  private final SecureRandom random;

  SystemEntropy(SecureRandom random) {
    this.random = random;
  }

  @Override
  public void fill(byte[] out, int offset, int length) {
    if (length == out.length) {
      random.nextBytes(out);
      return;
    }
    byte[] some = new byte[length];
    random.nextBytes(some);
    System.arraycopy(some, 0, out, offset, length);
    Arrays.fill(some, (byte) 0);
  }
}
