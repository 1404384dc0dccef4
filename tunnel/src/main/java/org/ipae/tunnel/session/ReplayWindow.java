// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

/**
 * Sliding window of received counters as a ring of words (RFC 6479). One thread. Check first, mark
 * only after the packet has been opened.
 */
public final class ReplayWindow {
  private static final int WORD = 64;
  private static final int WORDS = Limits.REPLAY_WINDOW / WORD + 1;

  private final long[] ring = new long[WORDS];
  private long highest = -1;

  /** Whether {@code counter} is new: not seen, and not older than the window. */
  public boolean isNew(long counter) {
    if (counter > highest) {
      return true;
    }
    if (highest - counter >= Limits.REPLAY_WINDOW) {
      return false;
    }
    return (ring[word(counter)] & 1L << counter) == 0;
  }

  /** Marks a counter that {@link #isNew} and whose packet was authentic. */
  public void mark(long counter) {
    if (counter > highest) {
      long steps = Math.min(counter / WORD - Math.floorDiv(highest, WORD), WORDS);
      for (long i = 0; i < steps; i++) {
        ring[word(counter - i * WORD)] = 0;
      }
      highest = counter;
    }
    ring[word(counter)] |= 1L << counter;
  }

  /** The highest counter marked, -1 if none. */
  public long highest() {
    return highest;
  }

  /**
   * Which of the first 16 counters are marked: bit {@code n}, of value 2^n, for counter {@code n}.
   * Only while the highest is below {@link Limits#REPLAY_WINDOW}; 0 after.
   */
  int first16() {
    return highest < Limits.REPLAY_WINDOW ? (int) ring[0] & 0xffff : 0;
  }

  private static int word(long counter) {
    return (int) (counter / WORD % WORDS);
  }
}
