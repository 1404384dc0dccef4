// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import org.ipae.tunnel.toml.BadText;

/** Names of hosts, peers and virtual hosts: what DNS could carry, with underscores. */
final class Name {
  private static final int MOST = 253;

  private Name() {}

  static boolean valid(String text) {
    boolean inLabel = false;
    boolean mayEnd = false;
    for (int i = 0; i < text.length(); i++) { // by hand: a start reads ten thousand
      char c = text.charAt(i);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '_');
      boolean sound = plain || (inLabel && c == '-') || (mayEnd && c == '.');
      if (!sound) {
        return false;
      }
      inLabel = c != '.';
      mayEnd = plain;
    }
    return mayEnd && text.length() <= MOST;
  }

  /**
   * The text itself.
   *
   * @throws BadText if it is not a name
   */
  static String parse(String text) {
    if (!valid(text)) {
      throw new BadText(
          "\"" + text + "\" is not a name",
          "use letters, digits, '-', '_' and single dots, like gw-b.example.net");
    }
    return text;
  }
}
