// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

/** Comparison whose time does not depend on the bytes compared. */
public final class ConstantTime {
  private ConstantTime() {}

  /** Whether {@code length} bytes are equal; all of them are looked at in any case. */
  public static boolean equal(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    int difference = 0;
    for (int i = 0; i < length; i++) {
      difference |= a[aOffset + i] ^ b[bOffset + i];
    }
    return difference == 0;
  }
}
