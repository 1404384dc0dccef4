// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

/**
 * Every timer of an association in milliseconds. PROTOCOL.md section 10.
 *
 * @param rekeyAfter age of a session at which its initiator makes a new one
 * @param rekeyGrace by how much later its responder does
 * @param sendUntil age at which nothing more is sent on a session
 * @param receiveAfter how long a superseded session still receives after its last packet
 * @param firstRetransmission wait before the second transmission, doubled each time
 * @param lastRetransmission longest wait between transmissions
 * @param sameInit how long an INIT is repeated byte for byte before a new one is made
 * @param probeAfter silence after which a probe is sent, and between probes
 * @param probes unanswered ones after which the peer counts as dead
 * @param idleRetry wait before a peer that did not answer is tried again without traffic
 * @param unknownIdPause least time between handshakes that UNKNOWN_ID causes
 */
public record Timing(
    long rekeyAfter,
    long rekeyGrace,
    long sendUntil,
    long receiveAfter,
    long firstRetransmission,
    long lastRetransmission,
    long sameInit,
    long probeAfter,
    int probes,
    long idleRetry,
    long unknownIdPause) {
  /** No session sends at a greater age than this, milliseconds: the peer forgets it soon after. */
  static final long LAST_SENT = 180_000;

  /** Age at which a session ends, whatever the rekey interval, milliseconds. */
  public static final long SESSION_END = 210_000;

  /** The longest time between rekeys that {@link #LAST_SENT} leaves room for, milliseconds. */
  public static final long LONGEST_REKEY = 160_000;

  /** From a COOKIE_REQUEST to the next one, which goes to another place, milliseconds. */
  public static final long RACE = 250;

  /** Silence after which a gateway that shares prefixes is probed, and between probes. */
  public static final long SHARED_PROBE = 500;

  /** Unanswered probes after which a gateway that shares prefixes counts as dead. */
  public static final int SHARED_PROBES = 4;

  /** Unanswered probes after which any other peer counts as dead. */
  public static final int PROBES = 2;

  /** COOKIE_RESPONSEs that one attempt follows. */
  public static final int COOKIE_ROUNDS = 2;

  /** INITs sent whole before they are sent in two parts. */
  public static final int WHOLE_INITS = 2;

  /** Jitter of retransmissions in permille, both ways. */
  public static final int JITTER = 250;

  public Timing {
    if (rekeyAfter + rekeyGrace >= sendUntil
        || firstRetransmission > lastRetransmission
        || probes * probeAfter >= 10_000) {
      throw new IllegalArgumentException("timers contradict each other");
    }
  }

  /** The protocol's own values. */
  public static Timing standard() {
    return rekeyEvery(120_000);
  }

  /** The protocol's values around another rekey interval. */
  public static Timing rekeyEvery(long rekeyAfter) {
    return new Timing(
        rekeyAfter,
        rekeyAfter / 12,
        Math.min(rekeyAfter * 3 / 2, LAST_SENT),
        30_000,
        300,
        5_000,
        8_000,
        3_000,
        PROBES,
        15_000,
        5_000);
  }

  /** The same for a gateway that shares prefixes with others. */
  public Timing shared() {
    return new Timing(
        rekeyAfter,
        rekeyGrace,
        sendUntil,
        receiveAfter,
        firstRetransmission,
        lastRetransmission,
        sameInit,
        SHARED_PROBE,
        SHARED_PROBES,
        idleRetry,
        unknownIdPause);
  }

  /** Wait before transmission number {@code sends} + 1. */
  long wait(int sends, int jitterPermille) {
    long base = Math.min(lastRetransmission, firstRetransmission << Math.min(sends - 1, 10));
    return base + base * jitterPermille / 1000;
  }

  /**
   * Wait after so many COOKIE_REQUESTs: first one goes to each place, then all go again.
   *
   * @param places where the peer may be
   */
  long question(int sends, int places, int jitterPermille) {
    return sends < places ? RACE : wait(sends - Math.max(0, places - 1), jitterPermille);
  }

  /** Age at which a rekey that gets no answer gives way to a full handshake. */
  long rekeyHopeless() {
    return (rekeyAfter + rekeyGrace + sendUntil) / 2;
  }
}
