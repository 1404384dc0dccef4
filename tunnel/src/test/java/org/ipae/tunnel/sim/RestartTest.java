// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tunnel.peer.Why;
import org.junit.jupiter.api.Test;

/** Property 15 and what else a restart means. */
class RestartTest {
  @Test
  void afterAResponderRestartTrafficResumesWithinTwoRoundTrips() {
    Lab lab = new Lab(21);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.b.keepDisk = false;
    lab.up();
    lab.sim.run(2_000 * MS);
    lab.b.kill();
    lab.sim.run(500 * MS);
    lab.b.start();
    lab.sim.run(100 * MS);
    lab.b.delivered.clear();
    long start = lab.sim.now();
    Flow flow = Flow.start(lab, 10 * MS);
    lab.sim.await(2_000 * MS, "delivery", () -> !lab.b.delivered.isEmpty());
    flow.stop();
    long sent = lab.sim.now() - lab.sim.weather.delay - start;
    assertTrue(sent <= 200 * MS, () -> "after " + sent / MS + " ms\n" + lab.sim.diagram());
  }

  @Test
  void aRestartedHostComesBackByItselfWithItsCache() {
    Lab lab = new Lab(22).up();
    lab.sim.run(2_000 * MS);
    lab.b.kill();
    lab.sim.run(3_000 * MS);
    lab.b.start();
    lab.sim.await(300 * MS, "b up again", () -> lab.b.status(lab.a).up());
  }

  @Test
  void twoRestartedHostsNeverLoop() {
    Lab lab = new Lab(23).up();
    lab.sim.run(2_000 * MS);
    lab.a.kill();
    lab.b.kill();
    int[] datagrams = {0};
    lab.a.start();
    lab.b.start();
    lab.sim.run(15_000 * MS); // with the questions of [SS-27]
    assertTrue(lab.bothUp(), lab.sim::diagram);
    lab.sim.tap((from, to, bytes) -> {
      datagrams[0]++;
      return bytes;
    });
    lab.sim.run(60_000 * MS);
    assertEquals(0, datagrams[0], lab.sim::diagram);
  }

  @Test
  void aCleanStopIsSeenAtOnce() {
    Lab lab = new Lab(24).up();
    lab.sim.run(1_000 * MS);
    lab.b.stop();
    lab.sim.run(60 * MS);
    assertFalse(lab.a.status(lab.b).up());
    assertEquals(Why.CLOSED, lab.a.status(lab.b).liveness().state());
  }

  @Test
  void aCleanStopEndsSessionsThatCrossedToo() {
    for (int seed = 0; seed < 10; seed++) {
      Lab lab = new Lab(240 + seed).up(); // both initiate at once: two sessions each
      lab.sim.run(1_000 * MS);
      lab.b.stop();
      lab.sim.run(2_000 * MS);
      assertEquals(Why.CLOSED, lab.a.status(lab.b).liveness().state(), lab.sim::diagram);
    }
  }

  @Test
  void aPeerThatFallsSilentIsDeadWithinTenSecondsAndComesBack() {
    Lab lab = new Lab(25).up();
    lab.sim.run(1_000 * MS);
    boolean[] cut = {true};
    lab.sim.tap((from, to, bytes) -> cut[0] ? null : bytes);
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.run(10_500 * MS);
    assertFalse(lab.a.status(lab.b).up(), lab.sim::diagram);
    lab.sim.run(60_000 * MS);
    assertEquals(Why.NO_ANSWER, lab.a.status(lab.b).liveness().state(), lab.sim::diagram);
    cut[0] = false;
    lab.sim.await(6_000 * MS, "up again", lab::bothUp);
    flow.stop();
  }
}
