// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Amount {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Amount() {}

  /** 512 B, 1.50 KiB. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < BINARY.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.2f %s", value, BINARY[unit]);
  }

  /** The two largest units: 2 minutes, 5 seconds. */
  static String duration(long millis) {
    if (millis < SECOND) {
      return "less than a second";
    }
    if (millis < MINUTE) {
      return count(millis / SECOND, "second");
    }
    if (millis < HOUR) {
      return two(millis, MINUTE, "minute", SECOND, "second");
    }
    return millis < DAY
        ? two(millis, HOUR, "hour", MINUTE, "minute")
        : two(millis, DAY, "day", HOUR, "hour");
  }

  /** The largest unit: 2 minutes ago. */
  static String ago(long millis) {
    if (millis < SECOND) {
      return "now";
    }
    long unit = millis < MINUTE ? SECOND : millis < HOUR ? MINUTE : millis < DAY ? HOUR : DAY;
    String name =
        unit == SECOND ? "second" : unit == MINUTE ? "minute" : unit == HOUR ? "hour" : "day";
    return count(millis / unit, name) + " ago";
  }

  /** Microseconds as milliseconds with three digits that count. */
  static String millis(long micros) {
    double ms = micros / 1000.0;
    String format = ms < 10 ? "%.2f ms" : ms < 100 ? "%.1f ms" : "%.0f ms";
    return String.format(Locale.ROOT, format, ms);
  }

  /** 1 peer, 2 peers. */
  static String count(long n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  private static String two(long millis, long large, String name, long small, String smallName) {
    long rest = millis % large / small;
    String first = count(millis / large, name);
    return rest == 0 ? first : first + ", " + count(rest, smallName);
  }
}
