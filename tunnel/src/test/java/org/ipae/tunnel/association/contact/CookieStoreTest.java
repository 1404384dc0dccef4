// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.Silence;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.junit.jupiter.api.Test;

class CookieStoreTest {
  private static final Endpoint PEER = Lab.endpoint(2, false);
  private static final Endpoint SIX = Lab.endpoint(2, true);
  private static final Endpoint HERE = Lab.endpoint(1, false);
  private static final Path PATH = new Path(PEER, HERE.hi(), HERE.lo());

  private static final Effects HOST = new Silence();

  private static Cookie cookie(int n, Strength strength) {
    byte[] tag = new byte[16];
    Arrays.fill(tag, (byte) n);
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) n);
    return new Cookie(tag, Secret.take(key), strength);
  }

  private static Moment at(long millis) {
    return new Moment(millis * 1_000_000);
  }

  private static int number(CookieStore.Taken t) {
    return t.cookie().tag()[0];
  }

  @Test
  void aCookieServesOnceTheNewestFirst() {
    CookieStore s = new CookieStore();
    s.add(at(0), cookie(1, Strength.POST_QUANTUM), 3600, PATH);
    s.add(at(1_000), cookie(2, Strength.POST_QUANTUM), 3600, PATH);
    CookieStore.Taken taken = s.take(at(5_000), PEER, HOST);
    assertEquals(2, number(taken));
    assertEquals(4_000, taken.age());
    assertEquals(HERE.lo(), taken.localLo());
    assertEquals(1, number(s.take(at(5_000), PEER, HOST)));
    assertNull(s.take(at(5_000), PEER, HOST));
    assertFalse(s.serves(at(5_000), PEER, HOST));
  }

  @Test
  void theStrongestServesFirst() {
    CookieStore s = new CookieStore();
    s.add(at(0), cookie(1, Strength.POST_QUANTUM), 3600, PATH);
    s.add(at(0), cookie(2, Strength.CLASSICAL), 3600, PATH);
    s.add(at(0), cookie(3, Strength.CLEAR), 3600, PATH);
    assertEquals(1, number(s.take(at(1), PEER, HOST)));
    assertEquals(2, number(s.take(at(1), PEER, HOST)));
    assertEquals(3, number(s.take(at(1), PEER, HOST)));
  }

  @Test
  void thoseThatAreNotTrustedAnyMoreAreForgottenAndErased() {
    CookieStore s = new CookieStore();
    Cookie weak = cookie(1, Strength.CLASSICAL);
    s.add(at(0), weak, 3600, PATH);
    s.add(at(0), cookie(2, Strength.POST_QUANTUM), 3600, PATH);
    s.keepTrusted(strength -> strength == Strength.POST_QUANTUM);
    assertTrue(weak.key().closed());
    assertEquals(2, number(s.take(at(1), PEER, HOST)));
    assertNull(s.take(at(1), PEER, HOST));
  }

  @Test
  void oneThatIsNearlyOverIsNotUsed() {
    CookieStore s = new CookieStore();
    s.add(at(0), cookie(1, Strength.POST_QUANTUM), 3600, PATH);
    long last = 3_600_000 - CookieStore.MARGIN;
    assertTrue(s.serves(at(last - 1), PEER, HOST));
    assertEquals(CookieStore.MARGIN + 1, s.usableFor(at(last - 1)));
    assertFalse(s.serves(at(last), PEER, HOST));
    assertEquals(-1, s.usableFor(at(last)));
    assertNull(s.take(at(last), PEER, HOST));
  }

  @Test
  void fewAreKeptAndTheKeysOfTheOthersAreErased() {
    CookieStore s = new CookieStore();
    Cookie first = cookie(1, Strength.POST_QUANTUM);
    s.add(at(0), first, 3600, PATH);
    for (int i = 2; i <= 1 + CookieStore.KEPT; i++) {
      s.add(at(0), cookie(i, Strength.POST_QUANTUM), 3600, PATH);
    }
    assertEquals(CookieStore.KEPT, s.size());
    assertTrue(first.key().closed());
    Cookie last = cookie(9, Strength.POST_QUANTUM);
    s.add(at(0), last, 3600, PATH);
    s.clear();
    assertTrue(last.key().closed());
    assertEquals(0, s.size());
  }

  @Test
  void oneServesOnlyFromTheAddressWhereItWasLearnt() {
    CookieStore s = new CookieStore();
    s.add(at(0), cookie(1, Strength.POST_QUANTUM), 3600, new Path(SIX, 7, 7));
    s.add(at(0), cookie(2, Strength.POST_QUANTUM), 3600, Path.to(SIX));
    s.keepLocal(Set.of(new Endpoint(7, 8, 0)));
    assertEquals(2, number(s.take(at(1), SIX, HOST)));
    assertNull(s.take(at(1), SIX, HOST));
    s.add(at(0), cookie(3, Strength.POST_QUANTUM), 3600, new Path(SIX, 7, 7));
    s.keepLocal(Set.of(new Endpoint(7, 7, 0)));
    assertNotNull(s.take(at(1), SIX, HOST));
  }

  @Test
  void oneServesOnlyWithinItsAddressFamily() {
    CookieStore s = new CookieStore();
    s.add(at(0), cookie(1, Strength.POST_QUANTUM), 3600, PATH);
    assertFalse(s.serves(at(1), SIX, HOST));
    assertNull(s.take(at(1), SIX, HOST));
    s.add(at(0), cookie(2, Strength.CLASSICAL), 3600, new Path(SIX, 7, 7));
    s.add(at(0), cookie(3, Strength.CLEAR), 3600, Path.to(PEER));
    assertEquals(2, number(s.take(at(1), SIX, HOST)));
    assertEquals(3, number(s.take(at(1), SIX, HOST)), "learnt nobody knows where");
    assertEquals(1, number(s.take(at(1), PEER, HOST)));
  }

  @Test
  void oneServesOnlyFromWhereTheKernelWouldSend() {
    CookieStore s = new CookieStore();
    s.add(at(0), cookie(1, Strength.POST_QUANTUM), 3600, PATH);
    Effects elsewhere = sendingFrom(new Endpoint(HERE.hi(), HERE.lo() + 1, 0));
    assertFalse(s.serves(at(1), PEER, elsewhere), "would leave by an uplink that is not its own");
    assertNull(s.take(at(1), PEER, elsewhere));
    assertEquals(1, number(s.take(at(1), PEER, sendingFrom(HERE))));
  }

  private static Effects sendingFrom(Endpoint source) {
    return new Silence() {
      @Override
      public Uplink uplink(Endpoint endpoint) {
        return new Uplink(2, source);
      }
    };
  }

  @Test
  void whatIsStoredComesBackAndLivesNoLongerThanBefore() {
    CookieStore s = new CookieStore();
    s.add(at(100_000), cookie(1, Strength.CLEAR), 3600, PATH);
    s.add(at(200_000), cookie(2, Strength.POST_QUANTUM), 3600, PATH);
    List<StoredCookie> stored = s.stored();
    CookieStore back = new CookieStore();
    back.restore(at(300_000), stored);
    CookieStore.Taken two = back.take(at(300_000), PEER, HOST);
    assertEquals(2, number(two));
    assertEquals(Strength.POST_QUANTUM, two.cookie().strength());
    assertEquals(100_000, two.age());
    assertArrayEquals(cookie(2, Strength.POST_QUANTUM).key().bytes(), two.cookie().key().bytes());
    CookieStore late = new CookieStore();
    late.restore(at(3_700_000 - CookieStore.MARGIN), stored);
    assertEquals(1, late.size());
    CookieStore early = new CookieStore();
    early.restore(at(50_000), stored); // learnt in the future: another boot
    assertEquals(0, early.size());
  }
}
