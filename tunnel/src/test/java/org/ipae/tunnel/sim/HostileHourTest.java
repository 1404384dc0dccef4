// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.properties.Reachable;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;

/** All attackers at once against two gateways with 100 peers. */
class HostileHourTest {
  private static final int PEERS = 100;

  private static final int STRANGERS = 16;

  private final Site site = new Site(1_100, PEERS);
  private final Simulation sim = site.sim;
  private final SimEntropy entropy = new SimEntropy(1_101);
  private final Set<Endpoint> honest = new HashSet<>();
  private final Random random = new Random(1_102);

  @Test
  void honestHandshakesSucceedMemoryIsFlatAndNoPeerIsLostWhileAllAttackAtOnce() {
    long seconds = Integer.getInteger("ipae.hostile.seconds", 100); // an hour in soak
    SimHost bad = site.peers.removeLast();
    site.peers.forEach(p -> honest.add(p.address));
    site.up();
    sim.run(10_000 * MS);
    site.restartEvery(5_000 * MS);
    eavesdroppers();
    for (SimHost g : site.gateways) {
      strangers(g);
      badPeer(g, bad);
    }
    long[] most = new long[4];
    for (int quarter = 0; quarter < 4; quarter++) {
      for (int i = 0; i < 5; i++) {
        sim.run(seconds * 1_000 / 20 * MS);
        most[quarter] = Math.max(most[quarter], weight());
      }
    }
    site.calm();
    sim.run(10_000 * MS);
    System.out.printf(
        "hostile: %d s, %d restarts, longest without a session %d ms (%s), at most %,d %,d %,d %,d"
            + " bytes in each quarter%n",
        seconds,
        site.restarts(),
        site.longestDownMillis(),
        site.longestDown(),
        most[0],
        most[1],
        most[2],
        most[3]);
    for (SimHost g : site.gateways) {
      assertAttacked(g);
    }
    assertTrue(site.restarts() >= seconds / 5 - 1);
    assertTrue(site.longestDownMillis() <= 10_000, () -> site.longestDown() + sim.diagram());
    assertEquals(List.of(), site.lost());
    assertTrue(most[3] <= 1.05 * most[1], () -> most[1] + " bytes, then " + most[3]);
  }

  /** Every attack got as far as it could. */
  private static void assertAttacked(SimHost g) {
    for (DropReason r :
        List.of(
            DropReason.COOKIE_LIMITED,
            DropReason.COOKIE_TAG,
            DropReason.INIT_ALTERED,
            DropReason.NOISE,
            DropReason.PART_LIMIT,
            DropReason.UNKNOWN_ID,
            DropReason.REPLAYED)) {
      assertTrue(g.shared.counters().drops(r) > 0, () -> g.name + ": " + r);
    }
  }

  private long weight() {
    long sum = 0;
    for (SimHost g : site.gateways) {
      sum += Reachable.weight(g.control, g.inbound, g.shared);
    }
    return sum;
  }

  private void eavesdroppers() {
    new Forger(sim, honest::contains, 10).attach();
    TailForger tails = new TailForger(sim, honest::contains, 5).attach();
    every(
        50,
        () -> {
          if (tails.recorded() > 0) {
            tails.again();
          }
        });
    for (int i = 0; i < 4; i++) {
      SimHost p = site.peers.get(i);
      Endpoint near = new Endpoint(p.address.hi(), p.address.lo(), 4_444);
      Endpoint far = Endpoint.of(new byte[] {(byte) 203, 0, 113, (byte) i}, 1138);
      new Copier(sim, p.address, site.gateways[i % 2].address, i < 2 ? near : far).attach();
    }
  }

  /** Parts and INITs that pass the cookie, unknown ids, requests from anywhere and in one name. */
  private void strangers(SimHost g) {
    Stranger[] all = new Stranger[STRANGERS];
    for (int i = 0; i < STRANGERS; i++) {
      all[i] = new Stranger(sim, g, address(7, i));
    }
    every(8, () -> all[random.nextInt(STRANGERS)].junk(true));
    every(100, () -> all[random.nextInt(STRANGERS)].junk(false));
    every(
        10,
        () -> {
          for (int i = 0; i < 10; i++) {
            byte[] b = new byte[28 + random.nextInt(60)];
            random.nextBytes(b);
            b[0] |= (byte) 0x80;
            g.receive(anywhere(), g.address, b);
          }
        });
    every(5, () -> g.receive(anywhere(), g.address, Stranger.request(g, entropy)));
    byte[] request = Stranger.request(g, entropy);
    every(
        20_000,
        () -> {
          Endpoint one = anywhere();
          for (int i = 0; i < 12_000; i++) {
            g.receive(one, g.address, request);
          }
        });
  }

  /** Its key is configured, and nobody but it uses it. */
  private void badPeer(SimHost g, SimHost bad) {
    X25519KeyPair key = bad.key;
    Stranger[] all = new Stranger[STRANGERS];
    for (int i = 0; i < STRANGERS; i++) {
      all[i] = new Stranger(sim, g, address(9, i));
    }
    every(200, () -> all[random.nextInt(STRANGERS)].init(key));
  }

  private void every(long millis, Runnable run) {
    sim.after(
        millis * MS,
        () -> {
          run.run();
          every(millis, run);
        });
  }

  private Endpoint anywhere() {
    byte[] b = new byte[16];
    random.nextBytes(b);
    b[0] = 0x24;
    return Endpoint.of(b, 1_000);
  }

  private static Endpoint address(int net, int host) {
    byte[] b = new byte[16];
    b[0] = 0x20;
    b[1] = 1;
    b[4] = (byte) net;
    b[15] = (byte) host;
    return Endpoint.of(b, 1_000);
  }
}
