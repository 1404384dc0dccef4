// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

/**
 * How much memory all handshakes together may hold: what strangers and single peers can fill must
 * leave room for the sessions of all others.
 *
 * @param strikes entries of the strike register
 * @param responses bytes of RESPs that may have to be repeated
 * @param sessions bytes of sessions that wait for their first packet
 */
public record HandshakeBudget(int strikes, long responses, long sessions) {
  /** Part of the heap. */
  private static final int PART = 8;

  private static final long LEAST = 2 << 20;

  /** All of them together: an eighth of a heap that may grow to so many bytes. */
  public static long share(long heap) {
    return Math.max(LEAST, heap / PART);
  }

  /** The {@link #share} of a heap. */
  public static HandshakeBudget ofHeap(long heap) {
    long bytes = share(heap);
    long strikes = Math.min(HandshakeLimits.STRIKES, bytes * 3 / 8 / StrikeRegister.ENTRY);
    return new HandshakeBudget((int) strikes, bytes / 8, bytes / 2);
  }
}
