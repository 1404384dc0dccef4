// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import java.util.Arrays;

/** Pearson's chi-square test against equal probabilities. */
final class Uniformity {

  private Uniformity() {}

  static double chiSquare(long[] seen) {
    double expected = (double) Arrays.stream(seen).sum() / seen.length;
    double x = 0;
    for (long n : seen) {
      x += (n - expected) * (n - expected) / expected;
    }
    return x;
  }

  /** Within seven standard deviations (about 1 in 10^11): a mean of n, a variance of 2 n. */
  static boolean plausible(double chiSquare, int freedom) {
    return Math.abs(chiSquare - freedom) < 7 * Math.sqrt(2.0 * freedom);
  }
}
