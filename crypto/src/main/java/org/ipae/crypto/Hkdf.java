// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF (RFC 5869). The Extract half is Noise's own, see {@link SymmetricState}. */
public final class Hkdf {
  private Hkdf() {}

  /**
   * HKDF-Expand with SHA-512 (RFC 5869 section 2.3).
   *
   * @param prk pseudorandom key, usually 64 bytes
   * @param info label and context
   * @param length bytes to write, at most 255 * 64
   */
  public static void expandSha512(byte[] prk, byte[] info, byte[] out, int offset, int length) {
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA512Digest());
    generator.init(HKDFParameters.skipExtractParameters(prk, info));
    generator.generateBytes(out, offset, length);
  }
}
