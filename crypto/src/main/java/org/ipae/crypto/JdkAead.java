// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) or ChaCha20-Poly1305 (RFC 8439) with a 16-byte tag, on heap arrays.
 * One JDK cipher, used again and again: with an equal key it keeps the key schedule.
 */
final class JdkAead implements Aead {
  private static final int TAG_BITS = 8 * TAG;

  private final boolean chaCha;
  private final Cipher cipher;
  private RawKey key;

  JdkAead(boolean chaCha) {
    this.chaCha = chaCha;
    this.cipher = Jce.cipher(chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
    this.key = zeroKey();
  }

  private RawKey zeroKey() {
    return new RawKey(chaCha ? "ChaCha20" : "AES", new byte[KEY], 0, KEY);
  }

  /** Copies the 32 bytes at {@code offset} as the key from now on. */
  void key(byte[] bytes, int offset) {
    key.destroy();
    key = new RawKey(chaCha ? "ChaCha20" : "AES", bytes, offset, KEY);
  }

  @Override
  public int seal(
      byte[] nonce,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters(nonce));
      cipher.updateAAD(ad, adOffset, adLength);
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      // A nonce used twice in a row or an array without room: both are the caller's fault.
      throw new IllegalStateException(e);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same array would leave the JDK's fast path
  public int open(
      byte[] nonce,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    if (in == out) {
      throw new IllegalArgumentException("open into a different array");
    }
    if (length < TAG) {
      return -1;
    }
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, parameters(nonce));
      cipher.updateAAD(ad, adOffset, adLength);
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (AEADBadTagException refused) {
      Arrays.fill(out, outOffset, outOffset + length - TAG, (byte) 0);
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private AlgorithmParameterSpec parameters(byte[] nonce) {
    return chaCha ? new IvParameterSpec(nonce) : new GCMParameterSpec(TAG_BITS, nonce);
  }

  /** Overwrites the key, and by a key of zeros also the copies inside the JDK's cipher. */
  @Override
  public void close() {
    key.destroy();
    key = zeroKey();
    try {
      // The JDK refuses a key and nonce it has just seen, hence the detour by decryption.
      cipher.init(Cipher.DECRYPT_MODE, key, parameters(new byte[NONCE]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
