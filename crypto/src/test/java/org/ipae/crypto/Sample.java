// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.HexFormat;
import java.util.Random;

/** Bytes for tests. */
final class Sample {
  private Sample() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static Secret secret(String text) {
    return Secret.take(hex(text));
  }

  /** The same bytes in every run. */
  static Entropy seeded(long seed) {
    Random random = new Random(seed);
    return (out, offset, length) -> {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      System.arraycopy(bytes, 0, out, offset, length);
    };
  }

  static X25519KeyPair pair(String privateKey) {
    return X25519KeyPair.of(secret(privateKey));
  }
}
