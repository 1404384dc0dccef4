// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import org.ipae.tunnel.toml.BadText;

/** Names of hosts, peers and virtual hosts: what DNS could carry, with underscores. */
final class Name {
  private static final int MOST = 253;

  private Name() {}

  static boolean valid(String text) {
    return text.length() <= MOST
        && text.matches(
            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*");
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
