// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.util.concurrent.locks.LockSupport;

/**
 * How a packet thread waits: while work comes in quick succession it looks again for a moment,
 * giving way to other threads, before it sleeps in the kernel. Waking a sleeper costs more than a
 * few looks, and what piles up meanwhile is done in one batch. Work that comes at longer intervals
 * never meets a looking thread: a quiet gateway sleeps at once. One thread.
 */
final class IdleStrategy {
  /** The longest time without work before the thread sleeps, nanoseconds. */
  static final long LONGEST = 100_000;

  /** So many looks in quick succession that found nothing of a session are a flood. */
  static final int FLOOD = 16;

  /** After so long without a datagram a flood is over, nanoseconds. */
  private static final long PAUSE = 5_000_000;

  /** How long a flood may pile up, nanoseconds: a look for each of its datagrams costs more. */
  private static final long NAP = 400_000;

  private long lastWork;
  private boolean quick;
  private int strange;
  private boolean pressed;

  /**
   * Work was found.
   *
   * @param now nanoseconds, {@link System#nanoTime}
   */
  void worked(long now) {
    quick = now - lastWork < LONGEST;
    lastWork = now;
    strange = 0;
  }

  /**
   * Work was found, and none of it was a session's.
   *
   * @param more whether there may be more than was taken: a socket that is full drops sessions'
   *     datagrams too
   */
  void workedForStrangers(long now, boolean more) {
    pressed = more;
    strange = now - lastWork < PAUSE ? strange + 1 : 0;
    quick = now - lastWork < LONGEST && strange < FLOOD;
    lastWork = now;
  }

  /** Whether strangers send so much that they may wait a little. */
  boolean flooded() {
    return strange >= FLOOD && !pressed;
  }

  /** Sleeps for a moment, whatever comes. */
  static void nap() {
    LockSupport.parkNanos(NAP);
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
