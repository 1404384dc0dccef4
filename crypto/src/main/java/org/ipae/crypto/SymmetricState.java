// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Chaining key and transcript hash with SHA-512, so both have 64 bytes (Noise rev 34 section 5.2).
 * Not thread-safe.
 */
public final class SymmetricState extends Erasable {
  /** HASHLEN: bytes of the hash and the chaining key. */
  public static final int HASH = 64;

  private static final byte[] NOTHING = {};

  private final MessageDigest sha512 = Jce.digest("SHA-512");
  private final Mac hmac = Jce.mac("HmacSHA512");
  private final CipherState cipher;
  private final byte[] h = new byte[HASH];
  private final byte[] ck = new byte[HASH];

  private SymmetricState(CipherState cipher) {
    this.cipher = cipher;
  }

  /** InitializeSymmetric: the cipher, which it owns, must be without a key. */
  public SymmetricState(String protocolName, CipherState cipher) {
    this(cipher);
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    byte[] start = name.length <= HASH ? name : sha512.digest(name);
    System.arraycopy(start, 0, h, 0, start.length);
    System.arraycopy(h, 0, ck, 0, HASH);
  }

  SymmetricState copy() {
    SymmetricState copy = new SymmetricState(cipher.copy());
    System.arraycopy(h, 0, copy.h, 0, HASH);
    System.arraycopy(ck, 0, copy.ck, 0, HASH);
    return copy;
  }

  /** Bytes that {@link #encryptAndHash} adds now. */
  public int overhead() {
    return cipher.overhead();
  }

  /** MixHash(data). */
  public void mixHash(byte[] data, int offset, int length) {
    sha512.update(h);
    sha512.update(data, offset, length);
    try {
      sha512.digest(h, 0, HASH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** MixKey(input); the caller erases its input. */
  public void mixKey(byte[] input) {
    byte[] outputs = hkdf(input, 2);
    System.arraycopy(outputs, 0, ck, 0, HASH);
    cipher.initializeKey(outputs, HASH);
    Arrays.fill(outputs, (byte) 0);
  }

  /** MixKeyAndHash(input), for pre-shared keys. */
  public void mixKeyAndHash(byte[] input) {
    byte[] outputs = hkdf(input, 3);
    System.arraycopy(outputs, 0, ck, 0, HASH);
    mixHash(outputs, HASH, HASH);
    cipher.initializeKey(outputs, 2 * HASH);
    Arrays.fill(outputs, (byte) 0);
  }

  /** EncryptAndHash; returns the bytes written. */
  public int encryptAndHash(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int written = cipher.encryptWithAd(h, in, offset, length, out, outOffset);
    mixHash(out, outOffset, written);
    return written;
  }

  /** DecryptAndHash into another array; the plaintext's length, or -1 for a bad tag. */
  public int decryptAndHash(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int written = cipher.decryptWithAd(h, in, offset, length, out, outOffset);
    if (written >= 0) {
      mixHash(in, offset, length);
    }
    return written;
  }

  /** EncryptAndHash of a whole array. */
  byte[] encryptAndHash(byte[] plaintext) {
    byte[] out = new byte[plaintext.length + overhead()];
    encryptAndHash(plaintext, 0, plaintext.length, out, 0);
    return out;
  }

  /** DecryptAndHash of a whole array, or null. */
  byte @Nullable [] decryptAndHash(byte[] ciphertext) {
    int length = ciphertext.length - overhead();
    if (length < 0) {
      return null;
    }
    byte[] out = new byte[length];
    return decryptAndHash(ciphertext, 0, ciphertext.length, out, 0) < 0 ? null : out;
  }

  /** A copy of the transcript hash, 64 bytes. */
  public byte[] handshakeHash() {
    return h.clone();
  }

  /** A copy of the chaining key, 64 bytes. */
  public Secret chainingKey() {
    return Secret.copyOf(ck, 0, HASH);
  }

  /** The two secrets of Split(), before truncation to 32 bytes. */
  public Split split() {
    byte[] outputs = hkdf(NOTHING, 2);
    Split split = new Split(Secret.copyOf(outputs, 0, HASH), Secret.copyOf(outputs, HASH, HASH));
    Arrays.fill(outputs, (byte) 0);
    return split;
  }

  /** HKDF(ck, input, count) of section 4.3: the outputs, 64 bytes each, one after the other. */
  private byte[] hkdf(byte[] input, int count) {
    byte[] outputs = new byte[count * HASH];
    byte[] temp = new byte[HASH];
    try {
      hmacKey(ck);
      hmac.update(input);
      hmac.doFinal(temp, 0);
      hmacKey(temp);
      for (int i = 0; i < count; i++) {
        if (i > 0) {
          hmac.update(outputs, (i - 1) * HASH, HASH);
        }
        hmac.update((byte) (i + 1));
        hmac.doFinal(outputs, i * HASH);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      Arrays.fill(temp, (byte) 0);
    }
    return outputs;
  }

  private void hmacKey(byte[] key) throws GeneralSecurityException {
    RawKey raw = new RawKey("HmacSHA512", key, 0, key.length);
    hmac.init(raw);
    raw.destroy();
  }

  /** Overwrites all, also the key schedule of the MAC. */
  @Override
  void erase() {
    Arrays.fill(ck, (byte) 0);
    Arrays.fill(h, (byte) 0);
    cipher.close();
    try {
      hmacKey(ck);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
