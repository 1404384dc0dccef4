// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

/** Source of random bytes; injected, so that tests and golden bytes can fix it. */
@FunctionalInterface
public interface Entropy {

  /** Fills {@code length} bytes of {@code out} from {@code offset}. */
  void fill(byte[] out, int offset, int length);

  /** A new array of {@code length} random bytes. */
  default byte[] bytes(int length) {
    byte[] out = new byte[length];
    fill(out, 0, length);
    return out;
  }
}
