// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.nio.file.Path;

/** Where something is written, without the text itself. */
public record Place(Path file, Position at) {
  public ConfigError error(String what, String remedy) {
    return ConfigError.at(file, at, what, remedy);
  }

  /** FILE:LINE, to name this place in a message about another one. */
  @Override
  public String toString() {
    return file.getFileName() + ":" + at.line();
  }
}
