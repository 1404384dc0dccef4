// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;

/**
 * Whether the library is here, gives the published answers, and seals and opens as the JDK does;
 * asked once.
 */
final class LibraryCheck {
  /** Lengths of the comparison with the JDK: below, at and above the steps of vector code. */
  private static final int[] LENGTHS = {0, 1, 16, 255, 512, 1_424, 1_537};

  /** Whether packets are left to the library. */
  static final boolean PASSED =
      LibCrypto.COMPLETE
          && KnownAnswer.ALL.stream().allMatch(LibraryCheck::knows)
          && agreesWithJdk(false)
          && agreesWithJdk(true);

  private LibraryCheck() {}

  static boolean knows(KnownAnswer k) {
    try (NativeAead own = new NativeAead(k.chaCha(), k.key())) {
      int length = k.plain().length;
      byte[] out = new byte[length + Aead.TAG];
      own.seal(k.nonce(), k.ad(), 0, k.ad().length, k.plain(), 0, length, out, 0);
      byte[] back = new byte[length];
      return Arrays.equals(out, k.sealed())
          && own.open(k.nonce(), k.ad(), 0, k.ad().length, out, 0, out.length, back, 0) == length
          && Arrays.equals(back, k.plain());
    }
  }

  /** A library built for other processors, or damaged, must not seal a packet. */
  private static boolean agreesWithJdk(boolean chaCha) {
    byte[] key = new byte[Aead.KEY];
    byte[] in = new byte[LENGTHS[LENGTHS.length - 1]];
    for (int i = 0; i < in.length; i++) {
      in[i] = (byte) (i * 31 + (i >> 8));
    }
    System.arraycopy(in, 7, key, 0, key.length);
    try (NativeAead own = new NativeAead(chaCha, key);
        JdkAead jdk = new JdkAead(chaCha)) {
      jdk.key(key, 0);
      byte[] nonce = new byte[Aead.NONCE];
      for (int length : LENGTHS) {
        nonce[0]++;
        byte[] a = new byte[length + Aead.TAG];
        byte[] b = new byte[length + Aead.TAG];
        byte[] back = new byte[length];
        own.seal(nonce, in, 3, 12, in, 0, length, a, 0);
        jdk.seal(nonce, in, 3, 12, in, 0, length, b, 0);
        if (!Arrays.equals(a, b)
            || own.open(nonce, in, 3, 12, a, 0, a.length, back, 0) != length
            || !Arrays.equals(back, 0, length, in, 0, length)) {
          return false;
        }
        a[length / 2] ^= 1;
        if (own.open(nonce, in, 3, 12, a, 0, a.length, back, 0) != -1) {
          return false;
        }
      }
    }
    return true;
  }
}
