// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.security.MessageDigest;

/** SHA-256 (FIPS 180-4). */
public final class Sha256 {
  private Sha256() {}

  /** The hash, 32 bytes, of the parts one after the other. */
  public static byte[] hash(byte[]... parts) {
    MessageDigest digest = Jce.digest("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
