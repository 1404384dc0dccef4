// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

/**
 * Whether a loop still turns: somebody asks, and it answers with its next turn. One thread asks,
 * one answers.
 */
public final class Pulse {
  private final Runnable wake;
  private volatile int asked;
  private volatile int seen;

  /**
   * @param wake makes the loop turn
   */
  Pulse(Runnable wake) {
    this.wake = wake;
  }

  /** Asks for a turn. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread asks
  public void ask() {
    asked++;
    wake.run();
  }

  /** Whether there was one since the last {@link #ask}. */
  public boolean answered() {
    return seen == asked;
  }

  /** The loop turns. */
  void beat() {
    int a = asked;
    if (seen != a) {
      seen = a;
    }
  }
}
