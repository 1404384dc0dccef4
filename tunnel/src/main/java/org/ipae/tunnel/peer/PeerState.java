// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

/**
 * The state of one peer as {@link Transitions} sees it. Times are milliseconds of the caller's
 * clock; {@link #NEVER} is none.
 *
 * @param up whether a confirmed session carries traffic
 * @param attempt the exchange under way
 * @param attemptAt when its message was first sent
 * @param sends how often it was sent
 * @param nextSendAt when it is sent again
 * @param cookieRounds COOKIE_RESPONSEs followed in this attempt
 * @param rounds messages given up in this attempt
 * @param retryAt when a new attempt is due
 * @param silentSince since when something sent has gone unanswered
 * @param probes probes sent since
 * @param unknownIdAt when UNKNOWN_ID last caused a handshake
 * @param why the reason shown to people
 */
public record PeerState(
    boolean up,
    Attempt attempt,
    long attemptAt,
    int sends,
    long nextSendAt,
    int cookieRounds,
    int rounds,
    long retryAt,
    long silentSince,
    int probes,
    long unknownIdAt,
    Why why) {
  public static final long NEVER = Long.MAX_VALUE;

  /** A peer of which nothing is known yet; an attempt is due at once. */
  public static PeerState initial(long now) {
    return new PeerState(
        false, Attempt.NONE, 0, 0, NEVER, 0, 0, now, NEVER, 0, NEVER, Why.STARTING);
  }

  /** Whether this attempt still follows a COOKIE_RESPONSE. */
  public boolean followsCookies() {
    return cookieRounds < Timing.COOKIE_ROUNDS;
  }

  PeerState attempting(Attempt next, long now, long nextSend) {
    return new PeerState(
        up,
        next,
        now,
        1,
        nextSend,
        cookieRounds,
        rounds,
        NEVER,
        silentSince,
        probes,
        unknownIdAt,
        up ? why : why == Why.NO_ANSWER || why.unsent() ? why : Why.CONNECTING);
  }

  PeerState sentAgain(long nextSend) {
    return new PeerState(
        up,
        attempt,
        attemptAt,
        sends + 1,
        nextSend,
        cookieRounds,
        rounds,
        retryAt,
        silentSince,
        probes,
        unknownIdAt,
        why);
  }

  PeerState counting(int cookies, int givenUp) {
    return new PeerState(
        up,
        attempt,
        attemptAt,
        sends,
        nextSendAt,
        cookies,
        givenUp,
        retryAt,
        silentSince,
        probes,
        unknownIdAt,
        why);
  }

  PeerState withUp(long now) {
    return new PeerState(
        true, Attempt.NONE, now, 0, NEVER, 0, 0, NEVER, NEVER, 0, unknownIdAt, Why.UP);
  }

  PeerState withDown(Why reason, long retry) {
    return new PeerState(
        false, Attempt.NONE, 0, 0, NEVER, 0, 0, retry, NEVER, 0, unknownIdAt, reason);
  }

  PeerState withoutAttempt() {
    return new PeerState(
        up, Attempt.NONE, 0, 0, NEVER, 0, 0, NEVER, silentSince, probes, unknownIdAt, why);
  }

  PeerState silence(long since, int sentProbes) {
    return new PeerState(
        up,
        attempt,
        attemptAt,
        sends,
        nextSendAt,
        cookieRounds,
        rounds,
        retryAt,
        since,
        sentProbes,
        unknownIdAt,
        why);
  }

  PeerState unknownId(long now) {
    return new PeerState(
        up,
        attempt,
        attemptAt,
        sends,
        nextSendAt,
        cookieRounds,
        rounds,
        retryAt,
        silentSince,
        probes,
        now,
        why);
  }
}
