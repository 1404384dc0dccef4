// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.nio.file.Path;
import org.ipae.tunnel.log.Redacted;

/**
 * One mistake in the configuration.
 *
 * @param file the file that contains it
 * @param line from 1; 0 where the mistake has no place in the text
 * @param column from 1; 0 likewise
 * @param what what is wrong, one clause
 * @param remedy what to do, one clause
 */
public record ConfigError(String file, int line, int column, String what, String remedy) {
  public ConfigError {
    file = oneLine(file);
    what = oneLine(what);
    remedy = oneLine(remedy);
  }

  public static ConfigError at(Path file, Position place, String what, String remedy) {
    return new ConfigError(file.toString(), place.line(), place.column(), what, remedy);
  }

  /** A mistake of the file as a whole. */
  public static ConfigError of(Path file, String what, String remedy) {
    return new ConfigError(file.toString(), 0, 0, what, remedy);
  }

  private static String oneLine(String text) {
    return Redacted.text(text.replaceAll("\\p{Cntrl}+", " ").strip());
  }

  /** {@code FILE:LINE:COLUMN: what is wrong; what to do}, one line. */
  @Override
  public String toString() {
    String place = line == 0 ? "" : ":" + line + ":" + column;
    return file + place + ": " + what + "; " + remedy;
  }
}
