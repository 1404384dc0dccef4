// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import org.ipae.tunnel.toml.Field;
import org.ipae.tunnel.toml.Table;

/** The setting "table": where the routes into the tunnel are. */
public final class RoutingTable {
  /** Leaves the routes to others. */
  public static final int OFF = 0;

  /** RT_TABLE_MAIN: there are no rules then. */
  public static final int MAIN = 254;

  /** All daemons of a host share it, so that the longest prefix wins between them too. */
  private static final int OWN = 1_138;

  /** A thousand times this, and some, is a table as well: for what is held shut. */
  private static final int MOST = 2_000_000;

  /** Where the rules begin: behind those that most administrators write, before main. */
  static final int PRIORITY = 11_380;

  /** The main table's rule is 32766. */
  static final int MOST_PRIORITY = 32_300;

  private RoutingTable() {}

  /** The number of the table. */
  static int read(Table top) {
    Field f = top.field("table");
    String text = f == null ? "auto" : f.value().isTextual() ? f.text() : "";
    return switch (text) {
      case "auto" -> OWN;
      case "main" -> MAIN;
      case "off" -> OFF;
      default -> {
        if (f != null && f.value().isTextual()) {
          top.error(
              "table",
              "\"table\" must be \"auto\", \"main\", \"off\" or a number, not \"" + text + "\"",
              "remove the line for the default");
          yield OWN;
        }
        yield (int) top.number("table", 1, MOST, MAIN);
      }
    };
  }
}
