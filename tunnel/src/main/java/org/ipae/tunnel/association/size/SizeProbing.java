// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

/**
 * A size under test, in rounds: a probe of this size and one of the base. A round in which only the
 * base was answered speaks against the size; one in which nothing was says nothing, for then the
 * path is down or the peer answers no probes. Milliseconds of the caller's clock.
 */
final class SizeProbing {
  /** Rounds after which a size counts as too large, MAX_PROBES of RFC 8899. */
  static final int ROUNDS = 3;

  private final long longestWait;
  private int size;
  private int against;
  private int mute;
  private boolean withBase;
  private boolean baseAnswered;
  private long roundAt;
  private long deadline = Long.MAX_VALUE;

  /**
   * @param longestWait between two rounds while nothing is answered
   */
  SizeProbing(long longestWait) {
    this.longestWait = longestWait;
  }

  void start(int next) {
    size = next;
    against = 0;
    mute = 0;
  }

  void stop() {
    size = 0;
    deadline = Long.MAX_VALUE;
  }

  /** Whether there is a size under test. */
  boolean running() {
    return size > 0;
  }

  /** The size under test, 0 if there is none. */
  int size() {
    return size;
  }

  long deadline() {
    return deadline;
  }

  /** A round begins: its probes are being sent. */
  void round(long now, long wait, boolean base) {
    withBase = base;
    baseAnswered = false;
    roundAt = now;
    deadline = now + Math.min(Math.max(wait, longestWait), wait << Math.min(mute, 16));
  }

  /**
   * A probe of the base, sent at {@code sentAt}, was answered: the larger one, which went before
   * it, has only {@code grace} left.
   */
  void baseAnswered(long now, long sentAt, long grace) {
    if (running() && sentAt >= roundAt && !baseAnswered) {
      baseAnswered = true;
      deadline = Math.min(deadline, now + grace);
    }
  }

  /** A round is over without an answer to its size; whether that was the last one needed. */
  boolean failed() {
    if (baseAnswered) {
      against++;
      mute = 0;
    } else if (withBase) {
      mute++;
    }
    return against >= ROUNDS;
  }
}
