// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import org.jspecify.annotations.Nullable;

/**
 * What encrypts packets.
 *
 * @param name with its version
 * @param file of the library; null if it is the JDK
 * @param sha256 of that file, in hexadecimal digits; null likewise
 * @param reason why it is the JDK; null if it is the library
 */
public record Encryption(
    String name, @Nullable String file, @Nullable String sha256, @Nullable String reason) {
  static Encryption byJdk(String reason) {
    return new Encryption("JDK " + Runtime.version(), null, null, reason);
  }

  public boolean byLibrary() {
    return reason == null;
  }

  /** One line for people. */
  @Override
  public String toString() {
    return byLibrary() ? name + ", " + file : name + " (" + reason + ")";
  }
}
