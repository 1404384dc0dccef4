// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.Path;

/**
 * Two paths that datagrams of one lane come by: the one that is known and one that claims to be the
 * peer's new one. Both are challenged. Anyone who copies datagrams faster than they travel can make
 * the new one answer, but cannot keep the peer from answering over the known one; and a peer that
 * has moved does not answer there. PROTOCOL.md PA-3.
 */
final class Contest {
  /** How long the known path may take to win, milliseconds. */
  static final long LIFE = 3_000;

  /** The same while the claimed path has not answered either, milliseconds. */
  private static final long UNANSWERED = 2_000;

  private static final long LEAST_WAIT = 50;
  private static final long MOST_WAIT = 1_000;

  /** What an answer means. */
  enum Outcome {
    /** Nothing yet. */
    OPEN,
    /** The claimed path has answered: it is taken at {@link #takenAt} if nothing else happens. */
    ANSWERED,
    /** The known path has answered: the claim is void. */
    REFUTED
  }

  private final Path known;
  private final Path claimed;
  private final long knownToken;
  private final long claimedToken;
  private final int idIndex;
  private final long since;
  private long askedAt;
  private long takenAt = Long.MAX_VALUE;
  private boolean taken;

  /**
   * @param idIndex own connection id under which the claimed path is challenged
   */
  Contest(Moment now, Path known, Path claimed, long knownToken, long claimedToken, int idIndex) {
    this.known = known;
    this.claimed = claimed;
    this.knownToken = knownToken;
    this.claimedToken = claimedToken;
    this.idIndex = idIndex;
    since = now.millis();
    askedAt = Long.MIN_VALUE / 2;
  }

  Path known() {
    return known;
  }

  Path claimed() {
    return claimed;
  }

  long knownToken() {
    return knownToken;
  }

  long claimedToken() {
    return claimedToken;
  }

  int idIndex() {
    return idIndex;
  }

  /** Whether a challenge may be sent now; then it counts as sent. */
  boolean asks(Moment now) {
    boolean due = now.millis() - askedAt >= Challenge.PAUSE;
    if (due) {
      askedAt = now.millis();
    }
    return due;
  }

  /** What a PATH_RESPONSE that came over {@code by} means. */
  Outcome answered(Moment now, long token, Path by) {
    boolean home = by.sameLocal(known) || !known.knowsLocal();
    if (token == knownToken && by.remote().equals(known.remote()) && home) {
      return Outcome.REFUTED;
    }
    boolean first = takenAt == Long.MAX_VALUE;
    if (!first || token != claimedToken) {
      return Outcome.OPEN;
    }
    long roundTrip = now.millis() - Math.max(since, askedAt);
    takenAt = now.millis() + Math.clamp(2 * roundTrip, LEAST_WAIT, MOST_WAIT);
    return Outcome.ANSWERED;
  }

  /** When the claimed path is taken, milliseconds; the distant future if it has not answered. */
  long takenAt() {
    return taken ? Long.MAX_VALUE : takenAt;
  }

  /** Whether it is time to take the claimed path. */
  boolean takes(Moment now) {
    if (taken || now.millis() < takenAt) {
      return false;
    }
    taken = true;
    return true;
  }

  /** Whether the claimed path has been taken: the known one may still win it back. */
  boolean taken() {
    return taken;
  }

  /** When it is over, milliseconds. */
  long overAt() {
    return since + (takenAt == Long.MAX_VALUE ? UNANSWERED : LIFE);
  }
}
