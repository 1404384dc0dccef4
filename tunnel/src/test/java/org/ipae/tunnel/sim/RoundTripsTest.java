// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ipae.tunnel.peer.Why;
import org.junit.jupiter.api.Test;

/** Property 3 of PROTOCOL.md: round trips before the first protected data. */
class RoundTripsTest {
  private static final long RTT = 100;

  /**
   * Round trips from the first packet of the LAN to the DATA that carries it, and to its answer.
   */
  private static long[] measure(Lab lab) {
    int before = lab.a.delivered.size();
    int atB = lab.b.delivered.size();
    long start = lab.sim.now();
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    lab.sim.await(3_000 * Simulation.MS, "delivery", () -> lab.b.delivered.size() > atB);
    long sent = lab.sim.now() - lab.sim.weather.delay;
    lab.b.lanPacket(Lab.packet(2, 1, 2, 100));
    lab.sim.await(3_000 * Simulation.MS, "answer", () -> lab.a.delivered.size() > before);
    return new long[] {
      (sent - start) / Simulation.MS / RTT, (lab.sim.now() - start) / Simulation.MS / RTT
    };
  }

  /** b does not initiate itself, and a only when it has a packet. */
  private static Lab quiet(long seed) {
    Lab lab = new Lab(seed);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint().pathMtu(1500));
    return lab;
  }

  @Test
  void firstContactTakesOneCachedCookieNoneVoidedCookieOne() {
    Lab first = quiet(1);
    first.start();
    long[] contact = measure(first);

    Lab cached = quiet(2);
    cached.start();
    cached.sim.await(5_000 * Simulation.MS, "up", cached::bothUp);
    cached.sim.run(300_000 * Simulation.MS); // the sessions are over, the cookie is not
    assertEquals(Why.IDLE, cached.a.status(cached.b).liveness().state());
    long[] known = measure(cached);

    Lab voided = quiet(3);
    voided.b.keepDisk = false;
    voided.start();
    voided.sim.await(5_000 * Simulation.MS, "up", voided::bothUp);
    voided.sim.run(300_000 * Simulation.MS);
    voided.b.kill();
    voided.b.start(); // with new cookie secrets
    long[] refused = measure(voided);

    System.out.printf(
        "round trips before the first protected data (and until its answer):%n"
            + "  first contact  %d (%d)%n  cached cookie  %d (%d)%n  voided cookie  %d (%d)%n",
        contact[0], contact[1], known[0], known[1], refused[0], refused[1]);
    assertEquals(1, contact[0], first.sim::diagram);
    assertEquals(2, contact[1], first.sim::diagram);
    assertEquals(0, known[0], cached.sim::diagram);
    assertEquals(1, known[1], cached.sim::diagram);
    assertEquals(1, refused[0], voided.sim::diagram);
    assertEquals(2, refused[1], voided.sim::diagram);
  }
}
