// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import java.util.concurrent.atomic.AtomicLong;

/** Limits how often something is done in a period, by all threads together. Any thread. */
public final class Allowance {
  private static final int COUNT_BITS = 16;
  private static final long COUNT = (1L << COUNT_BITS) - 1;

  // When the period began and, in the last 16 bits, how many were taken in it.
  private final AtomicLong state = new AtomicLong();

  /**
   * Takes one; false if {@code limit} have been taken in this period.
   *
   * @param now milliseconds
   * @param limit the same in every call, as is {@code period}
   * @param period milliseconds
   */
  public boolean take(long now, int limit, long period) {
    while (true) {
      long before = state.get();
      boolean over = now - (before >> COUNT_BITS) >= period;
      if (!over && (before & COUNT) >= limit) {
        return false;
      }
      if (state.compareAndSet(before, over ? now << COUNT_BITS | 1 : before + 1)) {
        return true;
      }
    }
  }
}
