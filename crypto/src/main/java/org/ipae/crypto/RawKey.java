// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key as the JDK's ciphers want it, in an array that can be overwritten; javax.crypto's own
 * SecretKeySpec keeps a copy for ever.
 */
final class RawKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private transient byte[] bytes;

  RawKey(String algorithm, byte[] key, int offset, int length) {
    this.algorithm = algorithm;
    this.bytes = Arrays.copyOfRange(key, offset, offset + length);
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /** A copy, as the interface demands: the ciphers overwrite what they get. */
  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  /** Overwrites the key with zeros; what is left is a valid, public key. */
  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException(RawKey.class.getName());
  }
}
