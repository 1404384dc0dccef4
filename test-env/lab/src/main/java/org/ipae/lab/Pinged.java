// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.util.regex.Pattern;

/**
 * What {@code ipae ping} has seen.
 *
 * @param sent as many lines
 * @param medianMicros of the answered ones; 0 if there are none
 * @param mostMicros the slowest answer
 */
public record Pinged(long sent, long answered, double medianMicros, double mostMicros) {
  private static final Pattern LINE = Pattern.compile("(?m)^(no )?answer from .*");
  private static final Pattern TIME = Pattern.compile("(?m)^answer from .* time=([0-9.]+) ms$");

  /** Reads what it prints. */
  public static Pinged parse(String output) {
    double[] micros =
        TIME.matcher(output)
            .results()
            .mapToDouble(r -> 1_000 * Double.parseDouble(r.group(1)))
            .sorted()
            .toArray();
    int n = micros.length;
    return new Pinged(
        LINE.matcher(output).results().count(),
        n,
        n == 0 ? 0 : (micros[(n - 1) / 2] + micros[n / 2]) / 2,
        n == 0 ? 0 : micros[n - 1]);
  }

  public long lost() {
    return sent - answered;
  }
}
