// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ipae.crypto.Erasable;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.sim.Flow;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimHost;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Which secrets are open after many handshakes: those of living sessions and cookies. [KD-2] */
class ErasureTest {
  private final Ledger ledger = new Ledger();

  /** Simulations that share the handshakes, each with a ledger of its own, on all cores. */
  private static final int PARTS = 4;

  @Test
  void tenThousandHandshakesLeaveTheSecretsOfLivingSessionsAndCookiesAlone() throws Exception {
    List<Callable<Long>> parts = new ArrayList<>();
    parts.add(() -> part(Suite.X25519_MLKEM768_AES256GCM, 0, Cases.count(100)));
    for (int i = 0; i < PARTS; i++) {
      int n = i;
      parts.add(() -> part(Suite.X25519_AES256GCM, n, Cases.count(11 * PARTS)));
    }
    int cores = Runtime.getRuntime().availableProcessors();
    long sessions = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
      for (Future<Long> f : threads.invokeAll(parts)) {
        sessions += f.get();
      }
    }
    System.out.printf("%d sessions%n", sessions);
  }

  private static long part(Suite suite, int part, long count) {
    ErasureTest own = new ErasureTest();
    return ScopedValue.where(Erasable.WITNESS, own.ledger)
        .call(() -> own.handshakes(suite, suite.id() + 256 * part, count));
  }

  private long handshakes(Suite suite, long seed, long count) {
    Map<String, Integer> before = census();
    Lab lab = new Lab(seed);
    lab.sim.weather.delay = 5 * MS;
    lab.a.suites = List.of(suite);
    lab.b.suites = List.of(suite);
    lab.a.lanes = suite.hybrid() ? 2 : 1;
    lab.b.lanes = lab.a.lanes;
    lab.a.timing = Timing.rekeyEvery(3_000);
    lab.b.timing = Timing.rekeyEvery(3_000);
    lab.b.vhosts = List.of("one.example", "two.example");
    forge(lab);
    lab.start();
    configure(lab.a);
    configure(lab.b);
    Map<String, Integer> started = census();
    SimPeer a = lab.a.peers.getFirst().asking("one.example");
    SimPeer b = lab.b.peers.getFirst().withoutEndpoint();
    Map<String, Integer> live = null;
    Map<String, Integer> over = null;
    long done = 0;
    for (int round = 0; done < count; round++) {
      done = round(lab, a, b, round);
      // The sessions are over, their cookies are there; then a session is.
      lab.sim.run(60_000 * MS);
      Map<String, Integer> nowOver = census();
      a = up(lab, a, b);
      lab.sim.run(500 * MS);
      Map<String, Integer> nowLive = census();
      if (round > 0) { // the first one fills the stores of cookies
        over = over == null ? nowOver : over;
        live = live == null ? nowLive : live;
        assertEquals(text(over), text(nowOver), "sessions are over");
        assertEquals(text(live), text(nowLive), "a session lives");
      }
      lab.sim.run(60_000 * MS);
    }
    long sessions = lab.b.control.status(lab.b.clock(), 0, 1).getFirst().session().sessions();
    assertTrue(lab.b.shared.counters().drops(DropReason.POLICY) > 0, "some were refused");
    assertTrue(lab.b.shared.counters().drops(DropReason.SUITES) > 0, "also for their suites");
    assertTrue(lab.b.shared.counters().drops(DropReason.COOKIE_TAG) > 0, "and for their cookies");
    configure(lab.a);
    configure(lab.b);
    lab.sim.run(1_000 * MS);
    assertEquals(text(started), text(census()), "the peers are gone");
    lab.a.stop();
    lab.b.stop();
    lab.a.key.close();
    lab.b.key.close();
    assertEquals(text(before), text(census()), "the hosts are gone");
    System.out.printf(
        "%s, seed %d: %d secrets of %d sessions%n", suite, seed, ledger.made(), sessions);
    return sessions;
  }

  /** Each question of a, and some INITs, have two forged answers before the true one. */
  private static void forge(Lab lab) {
    lab.sim.tap((from, to, b) -> {
      boolean asks = b[0] == MessageType.COOKIE_REQUEST;
      boolean calls = b[0] == MessageType.INIT && lab.sim.random.nextInt(8) == 0;
      for (int i = 0; i < 2 && from.equals(lab.a.address) && (asks || calls); i++) {
        byte[] forged = new byte[Sizes.COOKIE_RESPONSE];
        lab.sim.random.nextBytes(forged);
        forged[0] = MessageType.COOKIE_RESPONSE;
        forged[1] = MessageType.VERSION;
        BigEndian.u16(forged, CookieResponse.SUITES, 7);
        int echo = asks ? CookieRequest.CLIENT_COOKIE : Init.NOISE;
        System.arraycopy(b, echo, forged, CookieResponse.ECHO, Sizes.ECHO);
        BigEndian.u32(forged, CookieResponse.TTL, 3_600);
        lab.sim.deliver(to, from, forged);
      }
      if (b[0] == MessageType.COOKIE_RESPONSE && lab.sim.random.nextInt(4) == 0) {
        byte[] changed = b.clone();
        changed[CookieResponse.SUITES + 1] ^= 2; // the cookie is good, the RESP says SUITES
        lab.sim.deliver(from, to, changed);
      }
      return b;
    });
  }

  /** Full handshakes of all kinds, then rekeys; returns how many there have been. */
  private static long round(Lab lab, SimPeer a, SimPeer b, int round) {
    SimPeer peer = a;
    for (int i = 0; i < 100; i++) {
      lab.sim.weather.mtu = i % 20 == 7 ? 1_280 : 1_500;
      lab.sim.weather.loss = i % 10 == 3 ? 0.3 : 0;
      if (i % 10 == 5) {
        configure(lab.a); // which forgets its cookies
      }
      if (i % 10 == 9) {
        configure(lab.b, b.pinned(lab.b.publicKey())); // another key: a is refused
        lab.a.lanPacket(Lab.packet(1, 2, i, 100));
        lab.sim.run(300 * MS);
      }
      lab.a.lanPacket(Lab.packet(1, 2, i, 100));
      peer = up(lab, peer, b);
    }
    lab.sim.weather.mtu = 1_500;
    lab.sim.weather.loss = 0.02;
    Flow flow = Flow.start(lab, 500 * MS);
    lab.sim.run(300_000 * MS);
    flow.stop();
    lab.sim.weather.loss = 0;
    return lab.b.control.status(lab.b.clock(), 0, 1).getFirst().session().sessions();
  }

  /** Ends the session, and waits for one with the other virtual host. */
  private static SimPeer up(Lab lab, SimPeer a, SimPeer b) {
    SimPeer next = a.asking(a.vhost().equals("one.example") ? "two.example" : "one.example");
    configure(lab.b, b);
    configure(lab.a, next);
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    lab.sim.await(60_000 * MS, "up", lab::bothUp);
    return next;
  }

  private static void configure(SimHost host, SimPeer... peers) {
    List<SimPeer> all = List.of(peers);
    host.control.configure(host.clock(), SimPeer.configs(all), SimPeer.endpoints(all), Map.of());
    host.drain();
  }

  /**
   * Without the cookie secrets of responders, which change every hour; cookies count as one kind,
   * wherever they came from.
   */
  private Map<String, Integer> census() {
    Map<String, Integer> out = new TreeMap<>();
    int epochs = 0;
    for (Map.Entry<String, Integer> e : ledger.census().entrySet()) {
      if (e.getKey().contains("CookieMint.rotate")) {
        epochs += e.getValue();
      } else {
        boolean cookie = e.getKey().startsWith("Secret Cookie.of");
        out.merge(
            cookie ? "Secret of a cookie that was kept" : e.getKey(), e.getValue(), Integer::sum);
      }
    }
    int secrets = epochs;
    assertTrue(secrets <= 2 * 7, () -> secrets + " secrets of cookies");
    return out;
  }

  private static String text(Map<String, Integer> census) {
    StringBuilder out = new StringBuilder();
    census.forEach((what, count) -> out.append(count).append(' ').append(what).append('\n'));
    return out.toString();
  }
}
