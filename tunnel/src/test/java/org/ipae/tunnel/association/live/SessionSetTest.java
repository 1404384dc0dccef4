// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.way.Ways;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.junit.jupiter.api.Test;

class SessionSetTest {
  private static final Timing TIMING = Timing.standard();

  private static SessionPair pair(long seed) {
    return SessionPair.make(seed, Suite.X25519_AES256GCM);
  }

  private static Moment at(long millis) {
    return new Moment(millis * 1_000_000);
  }

  private static LiveSession live(Session session, Object origin, List<Object> crossed) {
    Making making = new Making(null, null, true, null, session.path(), null, origin, crossed);
    return new LiveSession(session, making, null, new Ways(null, session));
  }

  @Test
  void ofTwoSessionsThatCrossedBothSidesSendOnTheOneWithTheLowerEphemeral() {
    for (int seed = 0; seed < 40; seed += 2) {
      SessionPair mine = pair(seed); // a initiated
      SessionPair yours = pair(seed + 1); // b initiated
      boolean mineIsLower = mine.initiator().lowerThan(yours.initiator());
      for (boolean mineFirstAtA : new boolean[] {true, false}) {
        for (boolean mineFirstAtB : new boolean[] {true, false}) {
          Session atA = choose(mine.initiator(), yours.responder(), mineFirstAtA);
          Session atB = choose(yours.initiator(), mine.responder(), !mineFirstAtB);
          assertSame(mineIsLower ? mine.initiator() : yours.responder(), atA);
          assertSame(mineIsLower ? mine.responder() : yours.initiator(), atB);
        }
      }
    }
  }

  /** The current one of an own session and one of the peer's that crossed it. */
  private static Session choose(Session own, Session peers, boolean ownFirst) {
    SessionSet set = new SessionSet();
    Object exchange = new Object();
    LiveSession a = live(own, exchange, List.of());
    LiveSession b = live(peers, null, List.of(exchange));
    set.add(a);
    set.add(b);
    set.confirm(at(1), ownFirst ? a : b, false);
    set.confirm(at(2), ownFirst ? b : a, false);
    return set.current().session();
  }

  @Test
  void aPeerThatMakesSessionsWithoutEndKeepsOnlyTheNewest() {
    SessionSet set = new SessionSet();
    int all = SessionSet.SUPERSEDED + 10;
    int ended = 0;
    LiveSession first = null;
    for (int i = 0; i < all; i++) {
      LiveSession h = live(pair(i).responder(), null, List.of());
      first = first == null ? h : first;
      set.add(h);
      set.confirm(at(i), h, false);
      List<LiveSession> over = set.takeSuperfluous();
      assertTrue(ended > 0 || over.isEmpty() || over.contains(first), "the oldest goes first");
      ended += over.size();
      assertSame(h, set.current());
    }
    assertEquals(SessionSet.SUPERSEDED + 1, set.all().size());
    assertEquals(9, ended);
  }

  @Test
  void sessionsThatDidNotCrossFollowEachOther() {
    SessionSet set = new SessionSet();
    LiveSession first = live(pair(1).initiator(), new Object(), List.of());
    LiveSession second = live(pair(2).initiator(), new Object(), List.of());
    LiveSession third = live(pair(3).responder(), null, List.of());
    for (LiveSession h : List.of(first, second, third)) {
      set.add(h);
      assertTrue(set.confirm(at(5), h, false));
      assertSame(h, set.current());
    }
    assertEquals(5, first.supersededAt(at(9)));
    assertFalse(third.superseded());
    assertSame(second, set.find(second.session()));
    assertNull(set.find(pair(9).initiator()));
  }

  @Test
  void aSupersededSessionReceivesForThirtySecondsAfterItsLastPacket() {
    SessionSet set = new SessionSet();
    LiveSession old = live(pair(1).initiator(), new Object(), List.of());
    LiveSession next = live(pair(2).initiator(), new Object(), List.of());
    set.add(old);
    set.add(next);
    set.confirm(at(1_000), old, false);
    set.confirm(at(2_000), next, false);
    old.session().receive(0).received(12_000);
    assertEquals(List.of(), set.takeExpired(at(12_000 + TIMING.receiveAfter() - 1), TIMING));
    assertEquals(List.of(old), set.takeExpired(at(12_000 + TIMING.receiveAfter()), TIMING));
    assertEquals(List.of(next), List.copyOf(set.all()));
  }

  @Test
  void whatIsNeverConfirmedEndsAfterItsLife() {
    SessionSet set = new SessionSet();
    LiveSession h = live(pair(1).responder(), null, List.of());
    set.add(h);
    assertFalse(h.session().confirmed());
    assertEquals(List.of(), set.takeExpired(at(1_000 + 9_999), TIMING));
    assertEquals(List.of(h), set.takeExpired(at(1_000 + 10_000), TIMING));
  }

  @Test
  void aDemotedSessionIsStillTheNewestConfirmedOne() {
    SessionSet set = new SessionSet();
    LiveSession h = live(pair(1).initiator(), new Object(), List.of());
    set.add(h);
    set.confirm(at(1_000), h, false);
    set.demote(at(2_000));
    assertNull(set.current());
    assertSame(h, set.newestConfirmed());
    set.confirm(at(3_000), h, false);
    assertSame(h, set.current());
    assertFalse(h.superseded());
  }
}
