// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.ipae.tunnel.peer.Fact.Accepted;
import org.ipae.tunnel.peer.Fact.Closed;
import org.ipae.tunnel.peer.Fact.Confirmed;
import org.ipae.tunnel.peer.Fact.CookieArrived;
import org.ipae.tunnel.peer.Fact.KeyRefused;
import org.ipae.tunnel.peer.Fact.PathChanged;
import org.ipae.tunnel.peer.Fact.Refused;
import org.ipae.tunnel.peer.Fact.SendRefused;
import org.ipae.tunnel.peer.Fact.Tick;
import org.ipae.tunnel.peer.Fact.UnknownId;
import org.ipae.tunnel.peer.Fact.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * What happens on what: state and fact to state and actions. A pure function; the whole timer
 * policy of an association is here. PROTOCOL.md sections 7 and 10.
 */
public final class Transitions {

  /**
   * Circumstances of a fact.
   *
   * @param now milliseconds
   * @param jitter permille, within +-{@link Timing#JITTER}
   * @param hasCookie whether an INIT could be made at once; asked only where it matters, since it
   *     may ask the kernel
   * @param places how many are known where the peer may be
   * @param hasKey whether the peer has a key that is good now
   */
  public record Context(
      long now, int jitter, BooleanSupplier hasCookie, int places, boolean hasKey, Timing timing) {}

  /** The next state and what to do, in this order. */
  public record Step(PeerState state, List<Action> actions) {}

  private Transitions() {}

  public static Step on(PeerState s, Fact fact, Context c) {
    List<Action> out = new ArrayList<>(2);
    PeerState next =
        switch (fact) {
          case Wanted _ -> wanted(s, c, out);
          case CookieArrived _ -> cookieArrived(s, c, out);
          case Accepted _, Confirmed _ -> established(s, fact, c, out);
          case Refused r -> refused(s, r.why(), c, out);
          case SendRefused r -> sendRefused(s, r, c, out);
          case KeyRefused _ -> s.attempt() == Attempt.INIT ? begin(s, c, out) : s;
          case Closed _ -> {
            out.add(Action.TELL);
            PeerState down = s.withDown(Why.CLOSED, c.now + c.timing.idleRetry());
            if (s.attempt() != Attempt.NONE) {
              out.add(Action.ABANDON);
            }
            yield down;
          }
          case UnknownId _ -> unknownId(s, c, out);
          case PathChanged _ -> pathChanged(s, c, out);
          case Tick t -> tick(s, t.session(), c, out);
        };
    return new Step(next, out);
  }

  private static PeerState wanted(PeerState s, Context c, List<Action> out) {
    boolean waits = s.why().unsent() && c.now < s.retryAt();
    return s.up() || s.attempt() != Attempt.NONE || waits ? s : begin(s, c, out);
  }

  private static PeerState begin(PeerState s, Context c, List<Action> out) {
    if (c.places == 0 || !c.hasKey) {
      out.add(Action.DROP_WAITING);
      return s.withDown(c.hasKey ? Why.NO_ENDPOINT : Why.NO_KEY, PeerState.NEVER);
    }
    boolean init = c.hasCookie.getAsBoolean();
    out.add(init ? Action.INITIATE : Action.ASK);
    return init
        ? s.attempting(Attempt.INIT, c.now, c.now + c.timing.wait(1, c.jitter))
        : s.attempting(Attempt.COOKIE, c.now, c.now + c.timing.question(1, c.places, c.jitter));
  }

  private static PeerState cookieArrived(PeerState s, Context c, List<Action> out) {
    // One too many may be forged: the answer to an INIT of before may still be on its way.
    if (!s.attempt().calls() || !s.followsCookies()) {
      return s;
    }
    out.add(Action.INITIATE);
    return s.attempting(Attempt.INIT, c.now, c.now + c.timing.wait(1, c.jitter))
        .counting(s.cookieRounds() + 1, s.rounds());
  }

  private static PeerState established(PeerState s, Fact fact, Context c, List<Action> out) {
    if (!s.up()) {
      out.add(Action.TELL);
    }
    // A session of the peer does not end an own exchange inside one: both may cross.
    boolean ownGoesOn = fact instanceof Confirmed && s.attempt() == Attempt.REKEY;
    if (fact instanceof Confirmed && s.attempt() != Attempt.NONE && !ownGoesOn) {
      out.add(Action.ABANDON);
    }
    PeerState up = s.withUp(c.now);
    return ownGoesOn
        ? up.attempting(s.attempt(), s.attemptAt(), s.nextSendAt())
            .counting(s.cookieRounds(), s.rounds())
        : up;
  }

  private static PeerState refused(PeerState s, Why why, Context c, List<Action> out) {
    out.add(Action.FORGET_COOKIES);
    out.add(Action.ABANDON);
    if (why == Why.SUITES && s.rounds() == 0 && c.places > 0) {
      // The cache was older than the peer's configuration: ask once more.
      out.add(Action.ASK);
      return s.attempting(Attempt.COOKIE, c.now, c.now + c.timing.question(1, c.places, c.jitter))
          .counting(0, 1);
    }
    return failed(s, why, c, out);
  }

  private static PeerState failed(PeerState s, Why why, Context c, List<Action> out) {
    if (s.up()) {
      return s.withoutAttempt();
    }
    out.add(Action.DROP_WAITING);
    if (s.why() != why) {
      out.add(Action.TELL);
    }
    return s.withDown(why, c.now + c.timing.idleRetry());
  }

  /** What waits is kept: the way may be back in a moment. */
  private static PeerState sendRefused(
      PeerState s, SendRefused refused, Context c, List<Action> out) {
    if (!s.attempt().calls()) {
      return s;
    }
    if (!refused.over()) {
      out.add(Action.ASK_AGAIN);
      return s.sentAgain(s.nextSendAt());
    }
    out.add(Action.ABANDON);
    if (s.up()) {
      return s.withoutAttempt();
    }
    if (s.why() != refused.why()) {
      out.add(Action.TELL);
    }
    return s.withDown(refused.why(), c.now + c.timing.lastRetransmission());
  }

  private static PeerState unknownId(PeerState s, Context c, List<Action> out) {
    boolean tooSoon =
        s.unknownIdAt() != PeerState.NEVER && c.now - s.unknownIdAt() < c.timing.unknownIdPause();
    if (tooSoon || s.attempt().calls()) {
      return s;
    }
    if (s.attempt() == Attempt.REKEY) {
      out.add(Action.ABANDON);
    }
    return begin(s.unknownId(c.now), c, out);
  }

  private static PeerState pathChanged(PeerState s, Context c, List<Action> out) {
    if (s.attempt().calls()) {
      out.add(Action.ABANDON);
      return begin(s.withoutAttempt(), c, out);
    }
    return s.up() || s.why() == Why.IDLE ? s : begin(s, c, out);
  }

  private static PeerState tick(PeerState s, @Nullable SessionView v, Context c, List<Action> out) {
    PeerState next = s;
    if (v != null) {
      next = next.up() ? watch(next, v, c, out) : resume(next, v, c, out);
    } else if (next.up()) {
      next = over(next, c, out);
    }
    if (next.attempt() != Attempt.NONE) {
      return c.now >= next.nextSendAt() ? again(next, c, out) : next;
    }
    return !next.up() && c.now >= next.retryAt() ? begin(next, c, out) : next;
  }

  /** The sessions have ended while nobody looked: this host was suspended. */
  private static PeerState over(PeerState s, Context c, List<Action> out) {
    out.add(Action.TELL);
    if (s.attempt().calls()) {
      return s.withDown(Why.CONNECTING, PeerState.NEVER)
          .attempting(s.attempt(), s.attemptAt(), s.nextSendAt());
    }
    if (s.attempt() == Attempt.REKEY) {
      out.add(Action.ABANDON);
    }
    return s.withDown(Why.CONNECTING, c.now);
  }

  /** A live session: age, silence, keep-alive. */
  private static PeerState watch(PeerState s, SessionView v, Context c, List<Action> out) {
    long age = c.now - v.createdAt();
    if (age >= c.timing.sendUntil()) {
      out.add(Action.EXPIRE);
      out.add(Action.TELL);
      if (s.attempt() == Attempt.REKEY) {
        out.add(Action.ABANDON);
        return begin(s.withDown(Why.CONNECTING, PeerState.NEVER), c, out);
      }
      return s.attempt() == Attempt.NONE
          ? s.withDown(Why.IDLE, v.traffic() ? c.now : PeerState.NEVER)
          : s.withDown(Why.CONNECTING, PeerState.NEVER)
              .attempting(s.attempt(), s.attemptAt(), s.nextSendAt());
    }
    PeerState next = silence(s, v, c, out);
    if (!next.up()) {
      return next;
    }
    long due = c.timing.rekeyAfter() + (v.initiator() ? 0 : c.timing.rekeyGrace());
    boolean wanted = next.attempt() == Attempt.NONE && v.traffic() && c.hasKey;
    boolean worn = age >= due || v.wearingOut();
    boolean hopeless = age >= c.timing.rekeyHopeless(); // for an exchange inside the session
    if (wanted && (c.now >= v.replaceAt() || (hopeless && v.rekeyable()))) {
      return begin(next, c, out);
    }
    if (wanted && worn && v.rekeyable()) {
      out.add(Action.REKEY);
      return next.attempting(Attempt.REKEY, c.now, c.now + c.timing.wait(1, c.jitter));
    }
    if (next.attempt() == Attempt.REKEY && age >= c.timing.rekeyHopeless()) {
      out.add(Action.ABANDON);
      return begin(next.withoutAttempt(), c, out);
    }
    return next;
  }

  private static PeerState silence(PeerState s, SessionView v, Context c, List<Action> out) {
    if (v.keepAlive() > 0 && c.now - v.lastSent() >= v.keepAlive()) {
      out.add(Action.PROBE);
    }
    if (v.lastReceived() >= v.lastSent()
        || (s.silentSince() != PeerState.NEVER && v.lastReceived() >= s.silentSince())) {
      return s.silentSince() == PeerState.NEVER ? s : s.silence(PeerState.NEVER, 0);
    }
    if (s.silentSince() == PeerState.NEVER) {
      return s.silence(c.now, 0);
    }
    if (c.now - s.silentSince() < c.timing.probeAfter() * (s.probes() + 1)) {
      return s;
    }
    if (s.probes() < c.timing.probes()) {
      out.add(Action.PROBE);
      return s.silence(s.silentSince(), s.probes() + 1);
    }
    out.add(Action.SILENCE);
    out.add(Action.TELL);
    if (s.attempt() != Attempt.NONE) {
      out.add(Action.ABANDON);
    }
    return s.withDown(Why.DEAD, c.now);
  }

  /**
   * A session that fell silent: it may speak again, or reach its end. What comes does not show that
   * anything arrives there: the peer is asked.
   */
  private static PeerState resume(PeerState s, SessionView v, Context c, List<Action> out) {
    if (c.now - v.createdAt() >= c.timing.sendUntil()) {
      out.add(Action.EXPIRE);
      return s;
    }
    if (v.lastReceived() < v.lastSent() || v.lastReceived() < c.now - c.timing.probeAfter()) {
      return s;
    }
    if (!v.answered()) {
      out.add(Action.PROBE_SILENT);
      return s;
    }
    out.add(Action.RESUME);
    out.add(Action.TELL);
    if (s.attempt() != Attempt.NONE) {
      out.add(Action.ABANDON);
    }
    return s.withUp(c.now);
  }

  private static PeerState again(PeerState s, Context c, List<Action> out) {
    if (s.attempt() != Attempt.REKEY && c.now - s.attemptAt() >= c.timing.sameInit()) {
      out.add(Action.ABANDON);
      Why why = s.followsCookies() ? Why.NO_ANSWER : Why.COOKIE_REFUSED;
      boolean tell = !s.up() && s.why() != why;
      if (tell) {
        out.add(Action.TELL);
      }
      if (!s.up()) {
        out.add(Action.TURN_TO_OTHERS);
        return s.withDown(why, c.now + c.timing.firstRetransmission());
      }
      return begin(s.withoutAttempt().counting(0, s.rounds() + 1), c, out);
    }
    out.add(
        switch (s.attempt()) {
          case COOKIE -> Action.ASK_AGAIN;
          case REKEY -> Action.REKEY_AGAIN;
          case INIT, NONE ->
              s.sends() >= Timing.WHOLE_INITS ? Action.INITIATE_IN_PARTS : Action.INITIATE_AGAIN;
        });
    int sends = s.sends() + 1;
    long next =
        c.now
            + (s.attempt() == Attempt.COOKIE
                ? c.timing.question(sends, c.places, c.jitter)
                : c.timing.wait(sends, c.jitter));
    return s.sentAgain(
        s.attempt() == Attempt.REKEY ? next : Math.min(next, s.attemptAt() + c.timing.sameInit()));
  }
}
