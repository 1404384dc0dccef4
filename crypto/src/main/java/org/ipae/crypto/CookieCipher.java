// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** AES-256 on single blocks of 16 bytes (FIPS 197). Not thread-safe. */
public final class CookieCipher extends Erasable {
  /** Bytes of a block. */
  public static final int BLOCK = 16;

  private final Cipher encryption = Jce.cipher("AES/ECB/NoPadding");
  private final Cipher decryption = Jce.cipher("AES/ECB/NoPadding");

  /** Copies the 32-byte key. */
  public CookieCipher(Secret key) {
    rekey(key.bytes());
  }

  private void rekey(byte[] bytes) {
    RawKey key = new RawKey("AES", bytes, 0, Aead.KEY);
    try {
      encryption.init(Cipher.ENCRYPT_MODE, key);
      decryption.init(Cipher.DECRYPT_MODE, key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      key.destroy();
    }
  }

  /** Encrypts the block at {@code offset}. */
  public void encrypt(byte[] in, int offset, byte[] out, int outOffset) {
    block(encryption, in, offset, out, outOffset);
  }

  /** Decrypts the block at {@code offset}. */
  public void decrypt(byte[] in, int offset, byte[] out, int outOffset) {
    block(decryption, in, offset, out, outOffset);
  }

  private static void block(Cipher cipher, byte[] in, int offset, byte[] out, int outOffset) {
    try {
      cipher.update(in, offset, BLOCK, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Overwrites both key schedules with those of a key of zeros. */
  @Override
  void erase() {
    rekey(new byte[Aead.KEY]);
  }
}
