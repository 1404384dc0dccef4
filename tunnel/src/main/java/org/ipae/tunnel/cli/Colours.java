// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import picocli.CommandLine.Help.Ansi;

/** Emphasizes text, unless the output is not a terminal or NO_COLOR is set. */
record Colours(boolean on) {
  static Colours ofTerminal() {
    return new Colours(Ansi.AUTO.enabled());
  }

  String strong(String text) {
    return paint("1", text);
  }

  String good(String text) {
    return paint("32", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  private String paint(String code, String text) {
    return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
