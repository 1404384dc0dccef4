package org.ipae.tunnel.cli;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Formats a log event as one line: time, level, message; the journal adds its own time. */
final class LogLines extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final boolean time;

  LogLines(boolean time) {
    this.time = time;
  }

  /** Sends the log to stderr and nowhere else. */
  static void install(boolean time) {
    Logger root = Logger.getLogger("");
    for (Handler h : root.getHandlers()) {
      root.removeHandler(h);
    }
    Handler stderr = new ConsoleHandler();
    stderr.setFormatter(new LogLines(time));
    stderr.setLevel(Level.ALL);
    root.addHandler(stderr);
    root.setLevel(Level.INFO);
  }

  @Override
  public String format(LogRecord r) {
    String text = formatMessage(r).replaceAll("\\p{Cntrl}+", " ");
    Throwable thrown = r.getThrown();
    if (thrown != null && thrown.getStackTrace().length > 0) {
      text += " (at " + thrown.getStackTrace()[0] + ")";
    }
    return (time ? TIME.format(r.getInstant()) + " " : "")
        + level(r.getLevel())
        + " "
        + text
        + "\n";
  }

  private static String level(Level level) {
    int value = level.intValue();
    return value >= Level.SEVERE.intValue()
        ? "ERROR"
        : value >= Level.WARNING.intValue()
            ? "WARNING"
            : value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }
}
