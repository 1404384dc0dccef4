// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

/**
 * Bounds public-key work of one kind by the time that it takes of control, so that a flood leaves
 * time for sessions on any machine. Times are arguments. One thread. PROTOCOL.md HS-13, HS-37.
 */
final class WorkShare {
  /** Of control's time. */
  static final int PERCENT = 25;

  /** What an INIT or RESP is taken to cost before one has been measured, microseconds. */
  static final int FIRST_COST = 250;

  /** Work that may be saved up, milliseconds of control's time. */
  static final int DEPTH = 1_000;

  private static final long NANOS_IN_MILLI = 1_000_000;
  private static final long LEAST_COST = 50_000;
  private static final long MOST_COST = 10_000_000;
  private static final int PAST = 7;

  private static final long MOST = DEPTH * NANOS_IN_MILLI * PERCENT / 100;

  private long credit = MOST;
  private long updated = Long.MIN_VALUE;
  private long cost = FIRST_COST * 1_000L;

  /** Whether there is time for the work of another; then it counts as spent. */
  boolean take(long now) {
    long passed = updated == Long.MIN_VALUE ? 0 : Math.clamp(now - updated, 0, DEPTH);
    updated = now;
    credit = Math.min(MOST, credit + passed * NANOS_IN_MILLI * PERCENT / 100);
    if (credit < cost) {
      return false;
    }
    credit -= cost;
    return true;
  }

  /** The latest one does not count. */
  void giveBack() {
    credit = Math.min(MOST, credit + cost);
  }

  /** The work has taken so long; what later ones cost is estimated from it. */
  void worked(long nanos) {
    cost = (PAST * cost + Math.clamp(nanos, LEAST_COST, MOST_COST)) / (PAST + 1);
  }
}
