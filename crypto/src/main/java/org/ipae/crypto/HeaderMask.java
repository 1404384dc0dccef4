// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;

/**
 * Header protection as in QUIC (RFC 9001 section 5.4): from a 16-byte sample of ciphertext a mask,
 * of which the first 4 bytes are used. Not thread-safe.
 */
public final class HeaderMask extends Erasable {
  /** Bytes of a sample and of a mask block. */
  public static final int BLOCK = 16;

  private static final byte[] ZEROS = new byte[BLOCK];
  private static final int CHACHA_MASK = 5;

  private final boolean chaCha;
  private final Cipher cipher;
  private final RawKey key;

  private HeaderMask(boolean chaCha, Secret key) {
    this.chaCha = chaCha;
    this.key = new RawKey(chaCha ? "ChaCha20" : "AES", key.bytes(), 0, Aead.KEY);
    this.cipher = Jce.cipher(chaCha ? "ChaCha20" : "AES/ECB/NoPadding");
    initAes();
  }

  /** Copies the 32-byte key. */
  public static HeaderMask of(Suite suite, Secret key) {
    return new HeaderMask(suite.chaCha(), key);
  }

  private void initAes() {
    if (!chaCha) {
      try {
        cipher.init(Cipher.ENCRYPT_MODE, key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Turns {@code count} adjoining samples into as many mask blocks, 16 bytes each. */
  public void masks(byte[] samples, int offset, int count, byte[] out, int outOffset) {
    try {
      if (!chaCha) {
        cipher.update(samples, offset, count * BLOCK, out, outOffset);
        return;
      }
      for (int i = 0; i < count; i++) {
        chaChaMask(samples, offset + i * BLOCK, out, outOffset + i * BLOCK);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 9001 section 5.4.4: 32-bit little-endian block counter, then the nonce. */
  private void chaChaMask(byte[] samples, int at, byte[] out, int outAt)
      throws GeneralSecurityException {
    int counter =
        (samples[at] & 0xff)
            | (samples[at + 1] & 0xff) << 8
            | (samples[at + 2] & 0xff) << 16
            | samples[at + 3] << 24;
    byte[] nonce = Arrays.copyOfRange(samples, at + 4, at + BLOCK);
    // The same key stream either way; only encryption refuses a sample seen just before, and a
    // sender may repeat itself.
    cipher.init(Cipher.DECRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, counter));
    cipher.doFinal(ZEROS, 0, CHACHA_MASK, out, outAt);
    Arrays.fill(out, outAt + CHACHA_MASK, outAt + BLOCK, (byte) 0);
  }

  @Override
  void erase() {
    key.destroy();
    try {
      if (chaCha) {
        cipher.init(Cipher.DECRYPT_MODE, key, new ChaCha20ParameterSpec(new byte[12], 0));
      } else {
        initAes();
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
