// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;

/**
 * Secret bytes with one owner, overwritten with zeros on close. Not a record, has no equals, prints
 * only its length.
 */
public final class Secret implements AutoCloseable {
  private final byte[] bytes;
  private boolean closed;

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
    if (closed) {
      throw new IllegalStateException("secret is closed");
    }
    return bytes;
  }

  /** Bytes; also known after close. */
  public int length() {
    return bytes.length;
  }

  /** Whether the bytes are gone. */
  public boolean closed() {
    return closed;
  }

  /** Overwrites the bytes with zeros. May be called again. */
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    closed = true;
  }

  @Override
  public String toString() {
    return "Secret[" + bytes.length + " bytes]";
  }
}
