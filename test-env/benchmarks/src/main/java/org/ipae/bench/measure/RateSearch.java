// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

/**
 * Looks for the most datagrams a second of which at most one in a hundred is lost: up by half until
 * a probe fails, down by a third until one passes, then the middle of what passed and what failed.
 */
public final class RateSearch {
  private static final double ENOUGH = 0.99;

  private long rate;
  private long passed;
  private long failed;
  private long best;

  public RateSearch(long start) {
    rate = start;
  }

  /** Datagrams a second of the next probe. */
  public long rate() {
    return rate;
  }

  /** Takes what a probe of {@link #rate} gave. */
  public void probed(Probe probe) {
    long delivered = (long) (probe.received() / probe.seconds());
    if (probe.received() >= ENOUGH * probe.sent()) {
      best = Math.max(best, delivered);
      // A source that does not keep up is the limit as well.
      if (delivered * 10 >= rate * 9) {
        passed = rate;
      } else {
        failed = rate;
      }
    } else {
      failed = rate;
    }
    if (failed == 0) {
      rate = rate * 3 / 2;
    } else if (passed == 0) {
      rate = rate * 2 / 3;
    } else {
      rate = (passed + failed) / 2;
    }
  }

  /** The most delivered a second by a probe that lost little; 0 if each lost more. */
  public long best() {
    return best;
  }
}
