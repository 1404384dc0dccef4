// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** Property 10: suites cannot be removed on the way, and changes of them are met. */
class DowngradeTest {
  private static final Suite CHACHA = Suite.X25519_MLKEM768_CHACHA20POLY1305;
  private static final List<Suite> ALL = List.of(Corpus.HYBRID, CHACHA, Corpus.CLASSICAL);
  private static final List<Suite> WITHOUT_DEFAULT = List.of(CHACHA, Corpus.CLASSICAL);

  private static Lab lab(long seed) {
    Lab lab = Corpus.oneSided(seed);
    lab.a.suites = ALL;
    lab.b.suites = ALL;
    return lab;
  }

  /** Clears or sets suite bits in so many COOKIE_RESPONSEs. */
  private static void tamper(Lab lab, int xor, int times) {
    int[] seen = {0};
    lab.sim.tap((from, to, b) -> {
      if (b[0] != MessageType.COOKIE_RESPONSE || seen[0]++ >= times) {
        return b;
      }
      byte[] changed = b.clone();
      BigEndian.u16(changed, CookieResponse.SUITES, BigEndian.u16(b, CookieResponse.SUITES) ^ xor);
      return changed;
    });
  }

  @Test
  void suitesRemovedFromEveryCookieResponseMakeNoSessionAtAll() {
    for (int xor = 1; xor < 16; xor++) {
      Lab lab = lab(1_000 + xor);
      tamper(lab, xor, Integer.MAX_VALUE);
      lab.start();
      for (int i = 0; i < 60; i++) {
        lab.sim.run(1_000 * MS);
        assertNull(lab.a.status(lab.b).session().suite(), lab.sim::diagram);
        assertNull(lab.b.status(lab.a).session().suite(), lab.sim::diagram);
      }
      assertFalse(lab.a.status(lab.b).up());
      assertEquals(Why.SUITES, lab.a.status(lab.b).liveness().state());
      int reached = 7 & ~xor;
      assertEquals(reached != 0, lab.b.shared.counters().drops(DropReason.SUITES) > 0);
    }
  }

  @Test
  void suitesRemovedOnceCostARetryAndTheBestSuiteIsUsed() {
    for (int xor = 1; xor < 16; xor++) {
      Lab lab = lab(1_100 + xor);
      tamper(lab, xor, 1);
      lab.start();
      lab.sim.await(1_000 * MS, "up", lab::bothUp);
      assertEquals(Corpus.HYBRID.configName(), lab.a.status(lab.b).session().suite());
    }
  }

  /** Time from the first packet until it is delivered at b, in round trips, rounded up. */
  private static long roundTrips(Lab lab) {
    lab.b.delivered.clear();
    long start = lab.sim.now();
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    lab.sim.await(5_000 * MS, "delivery", () -> !lab.b.delivered.isEmpty());
    long sent = lab.sim.now() - lab.sim.weather.delay - start;
    return (sent + 2 * lab.sim.weather.delay - 1) / (2 * lab.sim.weather.delay);
  }

  private static Lab cached(long seed) {
    Lab lab = lab(seed);
    lab.b.seed = seed;
    lab.b.bornAt = lab.sim.now();
    lab.up();
    assertEquals(Corpus.HYBRID.configName(), lab.a.status(lab.b).session().suite());
    lab.sim.run(300_000 * MS);
    return lab;
  }

  @Test
  void aRestartWithOtherSuitesIsMetWithinTwoRoundTrips() {
    Lab lab = cached(1_201);
    lab.b.kill();
    lab.b.suites = WITHOUT_DEFAULT;
    lab.b.seed = null; // new cookie secrets
    lab.b.bornAt = null;
    lab.b.start();
    long trips = roundTrips(lab);
    assertTrue(trips <= 2, () -> trips + " round trips\n" + lab.sim.diagram());
    lab.sim.run(200 * MS);
    assertEquals(CHACHA.configName(), lab.a.status(lab.b).session().suite());
  }

  @Test
  void otherSuitesUnderTheSameCookieSecretsAreMetWithinTwoRoundTrips() {
    for (List<Suite> next : List.of(WITHOUT_DEFAULT, List.of(Corpus.HYBRID))) {
      Lab lab = cached(1_202);
      lab.b.kill();
      lab.b.suites = next;
      lab.b.start(); // of the same seed and birth: a's cookie is still good
      long tags = lab.b.shared.counters().drops(DropReason.COOKIE_TAG);
      long trips = roundTrips(lab);
      assertEquals(tags, lab.b.shared.counters().drops(DropReason.COOKIE_TAG));
      assertNotEquals(0, lab.b.shared.counters().drops(DropReason.SUITES));
      assertTrue(trips <= 2, () -> trips + " round trips\n" + lab.sim.diagram());
      lab.sim.run(200 * MS);
      assertEquals(next.getFirst().configName(), lab.a.status(lab.b).session().suite());
    }
  }
}
