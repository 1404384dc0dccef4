// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.peer.Transitions.Context;
import org.ipae.tunnel.peer.Transitions.Step;
import org.junit.jupiter.api.Test;

class TransitionsTest {
  private static final Timing TIMING = Timing.standard();
  private static final long NOW = 1_000_000;

  private static PeerState state(boolean up, Attempt attempt) {
    long next = attempt == Attempt.NONE ? PeerState.NEVER : NOW + 300;
    return new PeerState(
        up,
        attempt,
        attempt == Attempt.NONE ? 0 : NOW,
        attempt == Attempt.NONE ? 0 : 1,
        next,
        0,
        0,
        PeerState.NEVER,
        PeerState.NEVER,
        0,
        PeerState.NEVER,
        up ? Why.UP : Why.CONNECTING);
  }

  private static Context at(long now, boolean cookie, boolean endpoint) {
    return new Context(now, 0, () -> cookie, endpoint ? 1 : 0, true, TIMING);
  }

  private static Step on(PeerState s, Fact f) {
    return Transitions.on(s, f, at(NOW, true, true));
  }

  /** up, attempt, fact -> up, attempt, actions. With a cookie and an endpoint. */
  private record Row(
      boolean up, Attempt attempt, Fact fact, boolean nextUp, Attempt next, List<Action> actions) {}

  private static final Fact WANTED = new Fact.Wanted();
  private static final Fact COOKIE = new Fact.CookieArrived();
  private static final Fact ACCEPTED = new Fact.Accepted();
  private static final Fact CONFIRMED = new Fact.Confirmed();
  private static final Fact POLICY = new Fact.Refused(Why.POLICY);
  private static final Fact SUITES = new Fact.Refused(Why.SUITES);
  private static final Fact CLOSED = new Fact.Closed();
  private static final Fact UNKNOWN = new Fact.UnknownId();
  private static final Fact PATH = new Fact.PathChanged();

  private static Row row(
      boolean up, Attempt a, Fact f, boolean nextUp, Attempt next, Action... actions) {
    return new Row(up, a, f, nextUp, next, List.of(actions));
  }

  private static List<Row> table() {
    boolean down = false;
    boolean up = true;
    Attempt none = Attempt.NONE;
    Attempt cookie = Attempt.COOKIE;
    Attempt init = Attempt.INIT;
    Attempt rekey = Attempt.REKEY;
    return List.of(
        row(down, none, WANTED, down, init, Action.INITIATE),
        row(down, cookie, WANTED, down, cookie),
        row(down, init, WANTED, down, init),
        row(up, none, WANTED, up, none),
        row(up, cookie, WANTED, up, cookie),
        row(up, init, WANTED, up, init),
        row(up, rekey, WANTED, up, rekey),
        row(down, none, COOKIE, down, none),
        row(down, cookie, COOKIE, down, init, Action.INITIATE),
        row(down, init, COOKIE, down, init, Action.INITIATE),
        row(up, none, COOKIE, up, none),
        row(up, cookie, COOKIE, up, init, Action.INITIATE),
        row(up, init, COOKIE, up, init, Action.INITIATE),
        row(up, rekey, COOKIE, up, rekey),
        row(down, none, ACCEPTED, up, none, Action.TELL),
        row(down, init, ACCEPTED, up, none, Action.TELL),
        row(up, init, ACCEPTED, up, none),
        row(up, rekey, ACCEPTED, up, none),
        row(down, none, CONFIRMED, up, none, Action.TELL),
        row(down, cookie, CONFIRMED, up, none, Action.TELL, Action.ABANDON),
        row(down, init, CONFIRMED, up, none, Action.TELL, Action.ABANDON),
        row(up, none, CONFIRMED, up, none),
        row(up, init, CONFIRMED, up, none, Action.ABANDON),
        row(up, rekey, CONFIRMED, up, rekey),
        row(
            down,
            init,
            POLICY,
            down,
            none,
            Action.FORGET_COOKIES,
            Action.ABANDON,
            Action.DROP_WAITING,
            Action.TELL),
        row(up, init, POLICY, up, none, Action.FORGET_COOKIES, Action.ABANDON),
        row(down, init, SUITES, down, cookie, Action.FORGET_COOKIES, Action.ABANDON, Action.ASK),
        row(up, init, SUITES, up, cookie, Action.FORGET_COOKIES, Action.ABANDON, Action.ASK),
        row(up, none, CLOSED, down, none, Action.TELL),
        row(up, init, CLOSED, down, none, Action.TELL, Action.ABANDON),
        row(up, rekey, CLOSED, down, none, Action.TELL, Action.ABANDON),
        row(up, none, UNKNOWN, up, init, Action.INITIATE),
        row(up, rekey, UNKNOWN, up, init, Action.ABANDON, Action.INITIATE),
        row(up, cookie, UNKNOWN, up, cookie),
        row(up, init, UNKNOWN, up, init),
        row(up, none, PATH, up, none),
        row(up, rekey, PATH, up, rekey),
        row(up, init, PATH, up, init, Action.ABANDON, Action.INITIATE),
        row(down, none, PATH, down, init, Action.INITIATE),
        row(down, cookie, PATH, down, init, Action.ABANDON, Action.INITIATE),
        row(down, init, PATH, down, init, Action.ABANDON, Action.INITIATE));
  }

  @Test
  void everyFactInEveryStateHasItsTransition() {
    for (Row r : table()) {
      Step step = on(state(r.up, r.attempt), r.fact);
      assertEquals(r.actions, step.actions(), r::toString);
      assertEquals(r.nextUp, step.state().up(), r::toString);
      assertEquals(r.next, step.state().attempt(), r::toString);
    }
  }

  @Test
  void aPeerWhoseSessionsEndedUnseenIsDownAndCalledAgain() {
    assertOver(Attempt.NONE, Attempt.INIT, Action.TELL, Action.INITIATE);
    assertOver(Attempt.REKEY, Attempt.INIT, Action.TELL, Action.ABANDON, Action.INITIATE);
    assertOver(Attempt.INIT, Attempt.INIT, Action.TELL);
    assertOver(Attempt.COOKIE, Attempt.COOKIE, Action.TELL);
  }

  private static void assertOver(Attempt before, Attempt after, Action... actions) {
    Step step = on(state(true, before), new Fact.Tick(null));
    assertFalse(step.state().up());
    assertEquals(after, step.state().attempt());
    assertEquals(List.of(actions), step.actions());
  }

  @Test
  void aChangedPathLeavesIdlePeersAlone() {
    PeerState idle = state(true, Attempt.NONE).withDown(Why.IDLE, PeerState.NEVER);
    assertEquals(List.of(), on(idle, PATH).actions());
    assertEquals(List.of(Action.INITIATE), on(idle, WANTED).actions());
  }

  @Test
  void noFactButATimerOrACloseEndsALiveSession() {
    for (Attempt a : Attempt.values()) {
      for (Fact f : List.of(WANTED, COOKIE, ACCEPTED, CONFIRMED, POLICY, SUITES, UNKNOWN, PATH)) {
        for (boolean cookie : new boolean[] {false, true}) {
          Step step = Transitions.on(state(true, a), f, at(NOW, cookie, true));
          assertTrue(step.state().up(), a + " " + f);
          assertFalse(step.actions().contains(Action.EXPIRE), a + " " + f);
          assertFalse(step.actions().contains(Action.SILENCE), a + " " + f);
        }
      }
    }
  }

  @Test
  void withoutACookieItAsksAndWithoutAnEndpointItGivesUp() {
    Step ask = Transitions.on(state(false, Attempt.NONE), WANTED, at(NOW, false, true));
    assertEquals(List.of(Action.ASK), ask.actions());
    assertEquals(Attempt.COOKIE, ask.state().attempt());
    assertEquals(NOW + 300, ask.state().nextSendAt());
    Step none = Transitions.on(state(false, Attempt.NONE), WANTED, at(NOW, false, false));
    assertEquals(List.of(Action.DROP_WAITING), none.actions());
    assertEquals(Why.NO_ENDPOINT, none.state().why());
  }

  @Test
  void twoCookieResponsesAreFollowedAndNoMore() {
    PeerState s = state(false, Attempt.INIT);
    for (int i = 0; i < Timing.COOKIE_ROUNDS; i++) {
      Step step = on(s, COOKIE);
      assertEquals(List.of(Action.INITIATE), step.actions());
      s = step.state();
    }
    Step last = on(s, COOKIE);
    assertEquals(List.of(), last.actions());
    assertEquals(s, last.state());
  }

  @Test
  void suitesThatDoNotMatchAreAskedForOnceMoreOnly() {
    Step first = on(state(false, Attempt.INIT), SUITES);
    Step second = on(on(first.state(), COOKIE).state(), SUITES);
    assertEquals(Attempt.NONE, second.state().attempt());
    assertEquals(Why.SUITES, second.state().why());
  }

  @Test
  void unknownIdStartsAHandshakeAtMostEveryFiveSeconds() {
    Step first = on(state(true, Attempt.NONE), UNKNOWN);
    assertEquals(Attempt.INIT, first.state().attempt());
    PeerState settled = first.state().withoutAttempt();
    assertEquals(
        Attempt.NONE,
        Transitions.on(settled, UNKNOWN, at(NOW + 4_999, true, true)).state().attempt());
    assertEquals(
        Attempt.INIT,
        Transitions.on(settled, UNKNOWN, at(NOW + 5_000, true, true)).state().attempt());
  }

  @Test
  void anInitIsRepeatedLaterAndLaterInPartsAfterTwoAndForEightSecondsOnly() {
    PeerState s = on(state(false, Attempt.NONE), WANTED).state();
    List<Long> sentAt = new ArrayList<>();
    List<Action> how = new ArrayList<>();
    long t = NOW;
    while (s.attempt() == Attempt.INIT) {
      Step step = Transitions.on(s, new Fact.Tick(null), at(++t, true, true));
      s = step.state();
      if (step.actions().contains(Action.INITIATE_AGAIN)
          || step.actions().contains(Action.INITIATE_IN_PARTS)) {
        sentAt.add(t - NOW);
        how.addAll(step.actions());
      }
    }
    assertEquals(List.of(300L, 900L, 2_100L, 4_500L), sentAt);
    assertEquals(
        List.of(
            Action.INITIATE_AGAIN,
            Action.INITIATE_IN_PARTS,
            Action.INITIATE_IN_PARTS,
            Action.INITIATE_IN_PARTS),
        how);
    assertEquals(Why.NO_ANSWER, s.why());
    assertEquals(TIMING.sameInit(), t - NOW);
    assertTrue(s.retryAt() > t);
  }

  private static SessionView session(
      long createdAt, boolean initiator, long sent, long received, boolean traffic) {
    return new SessionView(
        createdAt, initiator, sent, received, false, traffic, false, 0, PeerState.NEVER, true);
  }

  /** When the first tick does something, and what. */
  private static String firstAction(PeerState s, SessionView v, long until) {
    PeerState state = s;
    for (long t = NOW; t <= NOW + until; t += 100) {
      Step step = Transitions.on(state, new Fact.Tick(v), at(t, true, true));
      if (!step.actions().isEmpty()) {
        return (t - NOW) + " " + step.actions().getFirst();
      }
      state = step.state();
    }
    return "nothing";
  }

  @Test
  void aSessionWithTrafficIsRekeyedByItsInitiatorAt120AndByItsResponderAt130Seconds() {
    PeerState up = state(true, Attempt.NONE);
    assertEquals("120000 REKEY", firstAction(up, session(NOW, true, NOW, NOW, true), 200_000));
    assertEquals("130000 REKEY", firstAction(up, session(NOW, false, NOW, NOW, true), 200_000));
    assertEquals("180000 EXPIRE", firstAction(up, session(NOW, true, NOW, NOW, false), 200_000));
    SessionView worn =
        new SessionView(NOW, true, NOW, NOW, false, true, true, 0, PeerState.NEVER, true);
    assertEquals("0 REKEY", firstAction(up, worn, 1_000));
  }

  @Test
  void aSessionWhoseStaticKeyGoesIsReplacedWhenThatIsDueAndNotTriedAgainBefore() {
    PeerState up = state(true, Attempt.NONE);
    SessionView tied =
        new SessionView(NOW, true, NOW, NOW + 200_000, false, true, false, 0, NOW + 5_000, true);
    assertEquals("5000 INITIATE", firstAction(up, tied, 10_000));
    long late = NOW + TIMING.rekeyAfter() + 15_000;
    SessionView refused =
        new SessionView(NOW, true, NOW, NOW + 200_000, false, true, true, 0, late, false);
    assertEquals("" + (late - NOW) + " INITIATE", firstAction(up, refused, 170_000));
  }

  @Test
  void aSilentPeerIsProbedTwiceAndDeadWithinTenSeconds() {
    PeerState s = state(true, Attempt.NONE);
    SessionView v = session(NOW, true, NOW + 10, NOW - 1, true);
    List<String> story = new ArrayList<>();
    for (long t = NOW; t <= NOW + 20_000 && s.up(); t += 100) {
      Step step = Transitions.on(s, new Fact.Tick(v), at(t, true, true));
      s = step.state();
      for (Action a : step.actions()) {
        story.add((t - NOW) + " " + a);
      }
    }
    assertEquals(
        List.of("3000 PROBE", "6000 PROBE", "9000 SILENCE", "9000 TELL", "9000 INITIATE"), story);
    assertEquals(Attempt.INIT, s.attempt());
    SessionView spoke = session(NOW, true, NOW + 10, NOW + 9_200, true);
    Step heard = Transitions.on(s, new Fact.Tick(spoke), at(NOW + 9_300, true, true));
    assertEquals(List.of(Action.PROBE_SILENT, Action.INITIATE_AGAIN), heard.actions());
    assertFalse(heard.state().up(), "what is sent may not arrive there");
    SessionView answered =
        new SessionView(
            NOW, true, NOW + 10, NOW + 9_400, true, true, false, 0, PeerState.NEVER, true);
    Step resumed = Transitions.on(s, new Fact.Tick(answered), at(NOW + 9_400, true, true));
    assertEquals(List.of(Action.RESUME, Action.TELL, Action.ABANDON), resumed.actions());
    assertTrue(resumed.state().up());
  }

  @Test
  void aRekeyWithoutAnswerGivesWayToAFullHandshakeBeforeTheSessionEnds() {
    PeerState s = state(true, Attempt.NONE);
    long full = 0;
    for (long t = NOW + 119_000; t < NOW + 185_000 && full == 0; t += 100) {
      SessionView v = session(NOW, true, t, t, true);
      Step step = Transitions.on(s, new Fact.Tick(v), at(t, true, true));
      s = step.state();
      if (step.actions().contains(Action.INITIATE)) {
        full = t - NOW;
      }
    }
    assertEquals(TIMING.rekeyHopeless(), full);
    assertTrue(full < TIMING.sendUntil());
  }

  @Test
  void keepAliveSendsAfterQuiet() {
    SessionView v =
        new SessionView(NOW, true, NOW, NOW, false, true, false, 25_000, PeerState.NEVER, true);
    assertEquals("25000 PROBE", firstAction(state(true, Attempt.NONE), v, 60_000));
  }

  @Test
  void anIdleSessionEndsQuietlyAndAUsedOneIsRenewed() {
    PeerState up = state(true, Attempt.NONE);
    long end = NOW + TIMING.sendUntil();
    Step idle =
        Transitions.on(up, new Fact.Tick(session(NOW, true, NOW, NOW, false)), at(end, true, true));
    assertEquals(List.of(Action.EXPIRE, Action.TELL), idle.actions());
    assertEquals(Why.IDLE, idle.state().why());
    assertEquals(PeerState.NEVER, idle.state().retryAt());
  }
}
