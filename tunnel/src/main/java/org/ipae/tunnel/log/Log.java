// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The log of the daemon: one line on stderr for each event, with time, level and message. It has no
 * part in what the JVM does when it ends, so that the last line is not lost. Any thread.
 */
public final class Log {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private static volatile boolean time = true;
  private static volatile boolean verbose;

  private Log() {}

  /**
   * Says how to write.
   *
   * @param withTime false where the reader of stderr adds its own, as the journal does
   * @param withDebug whether {@link #debug} is written
   */
  public static void install(boolean withTime, boolean withDebug) {
    time = withTime;
    verbose = withDebug;
  }

  public static void error(String text) {
    write("ERROR", text);
  }

  public static void warn(String text) {
    write("WARNING", text);
  }

  public static void info(String text) {
    write("INFO", text);
  }

  public static void debug(String text) {
    if (verbose) {
      write("DEBUG", text);
    }
  }

  private static void write(String level, String text) {
    System.err.print(line(time ? Instant.now() : null, level, text));
    System.err.flush();
  }

  /** A whole line; what would break it or steer a terminal is taken out of the text. */
  static String line(@Nullable Instant at, String level, String text) {
    String clean = Redacted.text(text.replaceAll("\\p{Cntrl}+", " "));
    return (at == null ? "" : TIME.format(at) + " ") + level + " " + clean + "\n";
  }
}
