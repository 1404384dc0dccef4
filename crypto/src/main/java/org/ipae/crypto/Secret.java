// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;

/**
 * Secret bytes with one owner, overwritten with zeros on close. Not a record, has no equals, prints
 * only its length.
 */
public final class Secret extends Erasable {
  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes ownership of {@code bytes}: the caller must not touch the array again. */
  public static Secret take(byte[] bytes) {
    return new Secret(bytes);
  }

  /** A copy of {@code length} bytes; the caller still has to erase its own. */
  public static Secret copyOf(byte[] bytes, int offset, int length) {
    return new Secret(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /** {@code length} random bytes. */
  public static Secret random(Entropy entropy, int length) {
    return new Secret(entropy.bytes(length));
  }

  /** A secret of its own with the same bytes. */
  public Secret copy() {
    return new Secret(bytes().clone());
  }

  /**
   * The live array, not a copy.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public byte[] bytes() {
    if (closed()) {
      throw new IllegalStateException("secret is closed");
    }
    return bytes;
  }

  /** Bytes; also known after close. */
  public int length() {
    return bytes.length;
  }

  @Override
  void erase() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "Secret[" + bytes.length + " bytes]";
  }
}
