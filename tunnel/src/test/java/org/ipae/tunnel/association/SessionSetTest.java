package org.ipae.tunnel.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.junit.jupiter.api.Test;

class SessionSetTest {
  private static final Timing TIMING = Timing.standard();

  private static SessionPair pair(long seed) {
    return SessionPair.make(seed, Suite.X25519_AES256GCM);
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
    SessionSet.Held a = new SessionSet.Held(own, exchange, null);
    SessionSet.Held b = new SessionSet.Held(peers, null, exchange);
    set.add(a);
    set.add(b);
    set.confirmed(1, ownFirst ? a : b);
    set.confirmed(2, ownFirst ? b : a);
    return set.current();
  }

  @Test
  void aPeerThatMakesSessionsWithoutEndKeepsOnlyTheNewest() {
    SessionSet set = new SessionSet();
    int all = SessionSet.SUPERSEDED + 10;
    int ended = 0;
    SessionSet.Held first = null;
    for (int i = 0; i < all; i++) {
      SessionSet.Held h = new SessionSet.Held(pair(i).responder(), null, null);
      first = first == null ? h : first;
      set.add(h);
      set.confirmed(i, h);
      List<SessionSet.Held> over = set.superfluous();
      assertTrue(ended > 0 || over.isEmpty() || over.contains(first), "the oldest goes first");
      ended += over.size();
      assertSame(h.session, set.current());
    }
    assertEquals(SessionSet.SUPERSEDED + 1, set.all().size());
    assertEquals(9, ended);
  }

  @Test
  void sessionsThatDidNotCrossFollowEachOther() {
    SessionSet set = new SessionSet();
    SessionSet.Held first = new SessionSet.Held(pair(1).initiator(), new Object(), null);
    SessionSet.Held second = new SessionSet.Held(pair(2).initiator(), new Object(), null);
    SessionSet.Held third = new SessionSet.Held(pair(3).responder(), null, null);
    for (SessionSet.Held h : List.of(first, second, third)) {
      set.add(h);
      assertTrue(set.confirmed(5, h));
      assertSame(h.session, set.current());
    }
    assertEquals(5, first.supersededAt);
    assertEquals(Long.MAX_VALUE, third.supersededAt);
    assertSame(second, set.find(second.session));
    assertNull(set.find(pair(9).initiator()));
  }

  @Test
  void aSupersededSessionReceivesForThirtySecondsAfterItsLastPacket() {
    SessionSet set = new SessionSet();
    SessionSet.Held old = new SessionSet.Held(pair(1).initiator(), new Object(), null);
    SessionSet.Held next = new SessionSet.Held(pair(2).initiator(), new Object(), null);
    set.add(old);
    set.add(next);
    set.confirmed(1_000, old);
    set.confirmed(2_000, next);
    old.session.receive(0).received(12_000);
    assertEquals(List.of(), set.expired(12_000 + TIMING.receiveAfter() - 1, TIMING, 10_000));
    assertEquals(List.of(old), set.expired(12_000 + TIMING.receiveAfter(), TIMING, 10_000));
    assertEquals(List.of(next), set.all());
  }

  @Test
  void whatIsNeverConfirmedEndsAfterItsLife() {
    SessionSet set = new SessionSet();
    SessionSet.Held h = new SessionSet.Held(pair(1).responder(), null, null);
    set.add(h);
    assertFalse(h.session.confirmed());
    assertEquals(List.of(), set.expired(1_000 + 9_999, TIMING, 10_000));
    assertEquals(List.of(h), set.expired(1_000 + 10_000, TIMING, 10_000));
  }

  @Test
  void aDemotedSessionIsStillTheNewestConfirmedOne() {
    SessionSet set = new SessionSet();
    SessionSet.Held h = new SessionSet.Held(pair(1).initiator(), new Object(), null);
    set.add(h);
    set.confirmed(1_000, h);
    set.demote(2_000);
    assertNull(set.current());
    assertSame(h, set.newestConfirmed());
    set.confirmed(3_000, h);
    assertSame(h.session, set.current());
    assertEquals(Long.MAX_VALUE, h.supersededAt);
  }
}
