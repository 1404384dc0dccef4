// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

/**
 * AES-256-GCM (NIST SP 800-38D) or ChaCha20-Poly1305 (RFC 8439) with a 16-byte tag, on heap arrays.
 * Not thread-safe.
 */
sealed interface Aead extends AutoCloseable permits JdkAead, NativeAead {
  int KEY = 32;
  int NONCE = 12;
  int TAG = 16;

  /** The fastest one here, for the many packets of one 32-byte key; copies the key. */
  static Aead ofPackets(boolean chaCha, byte[] key) {
    if (LibraryCheck.PASSED) {
      return new NativeAead(chaCha, key);
    }
    JdkAead aead = new JdkAead(chaCha);
    aead.key(key, 0);
    return aead;
  }

  /**
   * Writes ciphertext and tag.
   *
   * @return {@code length + TAG}
   * @throws IllegalStateException if the nonce is that of the call before, or {@code out} has no
   *     room
   */
  int seal(
      byte[] nonce,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset);

  /**
   * Opens ciphertext and tag into another array.
   *
   * @return the plaintext's length, or -1 after overwriting the output range with zeros
   */
  int open(
      byte[] nonce,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset);

  /** Overwrites the key. */
  @Override
  void close();
}
