// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** Where one lane goes, and the connection ids that step with it. PROTOCOL.md section 11. */
final class Way {
  final ReceiveLane receive;

  /** Null for the way of lane 0; lane 0 itself always has one. */
  private @Nullable Path path;

  /** Own connection id in use, and the highest that the peer is known to have seen. */
  private int idIndex;

  private int ackedId;
  private @Nullable Challenge challenge;
  private @Nullable Contest contest;
  private @Nullable Losers losers; // hardly any way ever has some

  /** Whether the path has answered in this session. */
  private boolean proven;

  /** When the lane came to its path, milliseconds. */
  private long since;

  private long pausedUntil = Long.MIN_VALUE;
  private long avoidedUntil = Long.MAX_VALUE;
  private int tries;
  private long nextTry = Long.MIN_VALUE;

  Way(ReceiveLane receive) {
    this.receive = receive;
  }

  @Nullable Path path() {
    return path;
  }

  boolean proven() {
    return proven;
  }

  int idIndex() {
    return idIndex;
  }

  /** Challenges sent since the lane last left its path. */
  int tries() {
    return tries;
  }

  /** When the next challenge is due, milliseconds. */
  long nextTry() {
    return nextTry;
  }

  /** When a lane that hears nothing any more leaves its path, milliseconds. */
  long quietAt() {
    return Math.max(since, receive.lastReceived()) + Ways.QUIET;
  }

  /** Whether the peer has yet to show that it knows the id in use. */
  boolean idUnseen() {
    return idIndex > ackedId;
  }

  /** The next connection id, or the current one if the peer may not know the next one yet. */
  int nextId() {
    return Math.min(idIndex + 1, ackedId + Limits.IDS_AHEAD);
  }

  void stepId() {
    idIndex = nextId();
  }

  /** Follows to a path, or with null to that of lane 0. */
  void take(@Nullable Path next) {
    path = next;
  }

  /** The lane came to its path just now. */
  void came(Moment now) {
    since = now.millis();
  }

  /** Notes that a challenge is due after a pause, counting it. */
  void tried(Moment now) {
    nextTry = now.millis() + (Challenge.PAUSE << tries++);
  }

  /** No more challenges until something changes. */
  void giveUp() {
    tries = Ways.TRIES;
  }

  /** Leaves its path under the next id: what was known of it counts no more. */
  void leave() {
    if (path != null) {
      stepId();
      path = null;
    }
    proven = false;
    challenge = null;
    endContest();
    tries = 0;
    nextTry = Long.MIN_VALUE;
  }

  /** Makes a challenge to a path; one that the lane would move to has its own connection id. */
  Challenge challenge(Moment now, Path to, long token) {
    boolean moves = !to.equals(path);
    int id = moves ? nextId() : idIndex;
    Challenge made = new Challenge(to, token, now.millis(), id, moves);
    challenge = made;
    return made;
  }

  /** Whether a challenge to this path was sent a moment ago. */
  boolean challenges(Moment now, Path to) {
    return challenge != null && challenge.covers(now, to);
  }

  /** The two paths between which it is undecided, null if there is no question. */
  @Nullable Contest contest() {
    return contest;
  }

  void contest(Contest next) {
    contest = next;
    receive.contested(true);
  }

  /** It is decided, or was not in time. */
  void endContest() {
    contest = null;
    receive.contested(false);
  }

  /** The claim was void: the claimed path is not followed for a while. */
  void refuted(Moment now, Path claimed) {
    endContest();
    if (losers == null) {
      losers = new Losers();
    }
    losers.add(now, claimed);
    receive.avoid(claimed);
    avoidedUntil = now.millis() + Losers.LIFE;
  }

  /**
   * When the packet threads report the path claimed in vain last again, milliseconds. Until then
   * they keep silent about that one path to save work; all such paths are in {@link Losers}, which
   * is asked whatever they report.
   */
  long avoidedUntil() {
    return avoidedUntil;
  }

  /** Lets them look again if it is time. */
  void forgetAvoided(Moment now) {
    if (now.millis() >= avoidedUntil) {
      receive.avoid(null);
      avoidedUntil = Long.MAX_VALUE;
    }
  }

  /** The lane has no path of its own for a while. */
  void pause(Moment now) {
    pausedUntil = now.millis() + Losers.LIFE;
  }

  /** Whether a path has been claimed in vain a while ago, or no path is to be followed now. */
  boolean avoids(Moment now, Path path) {
    if (now.millis() < pausedUntil) {
      return true;
    }
    return losers != null && losers.has(now, path);
  }

  /** The peer has seen an id: it has answered on it. */
  void saw(Moment now, int id) {
    proven = true;
    since = now.millis();
    ackedId = Math.max(ackedId, id);
    idIndex = Math.max(idIndex, id);
  }

  /** Takes the challenge that a token answers, null if it answers none. */
  @Nullable Challenge answered(Moment now, long token) {
    Challenge c = challenge;
    if (c == null || c.token() != token) {
      return null;
    }
    challenge = null;
    saw(now, c.idIndex());
    return c;
  }
}
