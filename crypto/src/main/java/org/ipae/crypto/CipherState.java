// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;

/**
 * A key and a counting nonce (Noise rev 34 section 5.1). Without a key it passes bytes through, as
 * the specification says. Not thread-safe.
 */
public final class CipherState implements AutoCloseable {
  private final JdkAead aead;
  private final boolean chaCha;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] key = new byte[Aead.KEY];
  private boolean hasKey;
  private long n;

  private CipherState(boolean chaCha) {
    this.chaCha = chaCha;
    this.aead = new JdkAead(chaCha);
  }

  /** The Noise cipher AESGCM, still without a key: the nonce is 4 zero bytes and n big-endian. */
  public static CipherState aesGcm() {
    return new CipherState(false);
  }

  /** The Noise cipher ChaChaPoly, without a key: the nonce is 4 zero bytes and n little-endian. */
  public static CipherState chaChaPoly() {
    return new CipherState(true);
  }

  CipherState copy() {
    CipherState copy = new CipherState(chaCha);
    if (hasKey) {
      copy.initializeKey(key, 0);
      copy.n = n;
    }
    return copy;
  }

  /** Copies the 32-byte key at {@code offset} and starts at n = 0. */
  public void initializeKey(byte[] bytes, int offset) {
    System.arraycopy(bytes, offset, key, 0, key.length);
    aead.key(key, 0);
    hasKey = true;
    n = 0;
  }

  /** Bytes that encryption adds now: 16 with a key, else none. */
  public int overhead() {
    return hasKey ? Aead.TAG : 0;
  }

  /** Encrypts and counts; returns the bytes written, {@code length + overhead()}. */
  public int encryptWithAd(
      byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    if (!hasKey) {
      System.arraycopy(in, offset, out, outOffset, length);
      return length;
    }
    int written = aead.seal(nonce(), ad, 0, ad.length, in, offset, length, out, outOffset);
    n++;
    return written;
  }

  /**
   * Decrypts into another array and counts; a bad tag gives -1, zeros in the output range and does
   * not count.
   */
  public int decryptWithAd(
      byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    if (!hasKey) {
      System.arraycopy(in, offset, out, outOffset, length);
      return length;
    }
    int written = aead.open(nonce(), ad, 0, ad.length, in, offset, length, out, outOffset);
    if (written >= 0) {
      n++;
    }
    return written;
  }

  private byte[] nonce() {
    if (n == -1) {
      throw new IllegalStateException("nonces are used up");
    }
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[4 + i] = (byte) (n >>> (8 * (chaCha ? i : 7 - i)));
    }
    return nonce;
  }

  /** Overwrites the key; without one from now on. */
  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
    aead.close();
    hasKey = false;
  }
}
