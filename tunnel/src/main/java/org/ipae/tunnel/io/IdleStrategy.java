// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

/**
 * How a packet thread waits: while work comes in quick succession it looks again for a moment,
 * giving way to other threads, before it sleeps in the kernel. Waking a sleeper costs more than a
 * few looks, and what piles up meanwhile is done in one batch. Work that comes at longer intervals
 * never meets a looking thread: a quiet gateway sleeps at once. One thread.
 */
final class IdleStrategy {
  /** The longest time without work before the thread sleeps, nanoseconds. */
  static final long LONGEST = 100_000;

  private long lastWork;
  private boolean quick;

  /**
   * Work was found.
   *
   * @param now nanoseconds, {@link System#nanoTime}
   */
  void worked(long now) {
    quick = now - lastWork < LONGEST;
    lastWork = now;
  }

  /**
   * No work was found.
   *
   * @return whether to give way and look again, rather than to sleep
   */
  boolean looksAgain(long now) {
    return quick && now - lastWork < LONGEST;
  }

  /** Lets the threads run that make work for this one. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint that costs at most a short delay
  static void giveWay() {
    Thread.yield();
  }
}
