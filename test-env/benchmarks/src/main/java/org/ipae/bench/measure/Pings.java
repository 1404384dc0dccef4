// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads what ping prints. */
public final class Pings {
  private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");
  private static final Pattern ANSWER = Pattern.compile(" bytes from ");
  private static final Pattern FIRST =
      Pattern.compile("^\\[(\\d+)\\.(\\d{6})\\].* bytes from ", Pattern.MULTILINE);

  private Pings() {}

  /**
   * Median of the round trips, microseconds.
   *
   * @throws IllegalArgumentException if no ping came back
   */
  public static double medianMicros(String output) {
    List<Double> millis =
        TIME.matcher(output).results().map(r -> Double.valueOf(r.group(1))).toList();
    return new Measure(millis).median() * 1_000;
  }

  /** How many were answered. */
  public static long answered(String output) {
    return ANSWER.matcher(output).results().count();
  }

  /** When the first answer came, microseconds since 1970, of {@code ping -D}. */
  public static long firstAnswerMicros(String output) {
    MatchResult r = FIRST.matcher(output).results().findFirst().orElseThrow();
    return Long.parseLong(r.group(1) + r.group(2));
  }
}
