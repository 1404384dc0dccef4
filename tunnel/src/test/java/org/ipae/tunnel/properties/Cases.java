// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

/** How many cases a fuzz loop has. */
public final class Cases {

  private Cases() {}

  /** System property {@code ipae.cases}, 100,000 by default. */
  public static int count() {
    return Integer.getInteger("ipae.cases", 100_000);
  }

  /** For loops of which each turn is as much work as {@code times} of a plain one. */
  public static int count(int times) {
    return Math.max(1, count() / times);
  }

  public static String seed(long seed, int turn) {
    return "seed " + seed + ", case " + turn;
  }
}
