// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Mac;

/** HMAC-SHA-256 (RFC 2104) under a key, for any number of messages. Not thread-safe. */
public final class HmacSha256 extends Erasable {
  /** Bytes of a MAC. */
  public static final int SIZE = 32;

  private static final byte[] ZEROS = new byte[SIZE];

  private final Mac mac;

  /** Copies the key, which may have any length. */
  public HmacSha256(byte[] key) {
    mac = Jce.mac("HmacSHA256");
    rekey(key);
  }

  /** Takes another key in place of the one before; copies it. */
  public void rekey(byte[] key) {
    RawKey raw = new RawKey("HmacSHA256", key, 0, key.length);
    try {
      mac.init(raw);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException(e);
    } finally {
      raw.destroy();
    }
  }

  /** The MAC, 32 bytes, of the parts one after the other. */
  public byte[] mac(byte[]... parts) {
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  /** Writes the MAC, 32 bytes, of {@code length} bytes to {@code out}. */
  public void mac(byte[] in, int offset, int length, byte[] out, int outOffset) {
    mac.update(in, offset, length);
    try {
      mac.doFinal(out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no room for a MAC of 32 bytes", e);
    }
  }

  /** A secret derived from the key: the MAC of a label, 32 bytes. */
  public Secret derive(byte[] label) {
    return Secret.take(mac(label));
  }

  /** Overwrites the key schedule with that of a key of zeros; another key may follow. */
  public void forget() {
    rekey(ZEROS);
  }

  @Override
  void erase() {
    forget();
  }
}
