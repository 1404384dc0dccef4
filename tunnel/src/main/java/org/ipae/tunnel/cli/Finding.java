// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.util.Locale;

/** One line of {@code check}. */
record Finding(Weight weight, String text) {
  enum Weight {
    ERROR,
    WARNING,
    NOTE
  }

  static Finding error(String what, String remedy) {
    return new Finding(Weight.ERROR, what + "; " + remedy);
  }

  static Finding warning(String what, String remedy) {
    return new Finding(Weight.WARNING, what + "; " + remedy);
  }

  static Finding note(String text) {
    return new Finding(Weight.NOTE, text);
  }

  @Override
  public String toString() {
    return weight.name().toLowerCase(Locale.ROOT) + ": " + text;
  }
}
