// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Property 11: any mix of loss, reordering, duplication and corruption. */
class WeatherTest {

  @Test
  void sessionsRecoverAndWhatIsDeliveredWasSent() {
    int seeds = Integer.getInteger("ipae.seeds", 20);
    for (int seed = 0; seed < seeds; seed++) {
      Lab lab = new Lab(1_000 + seed);
      lab.a.lanes = 1 + seed % 4;
      lab.b.lanes = 1 + seed / 4 % 4;
      Simulation.Weather w = lab.sim.weather;
      w.loss = lab.sim.random.nextDouble() * 0.3;
      w.duplicate = lab.sim.random.nextDouble() * 0.3;
      w.corrupt = lab.sim.random.nextDouble() * 0.2;
      w.jitter = (long) (lab.sim.random.nextDouble() * 200) * MS;
      lab.start();
      Flow flow = Flow.start(lab, 50 * MS);
      lab.sim.run(300_000 * MS);
      w.loss = 0;
      w.duplicate = 0;
      w.corrupt = 0;
      w.jitter = 0;
      lab.sim.run(20_000 * MS);
      int a = lab.a.delivered.size();
      int b = lab.b.delivered.size();
      lab.sim.run(1_000 * MS);
      flow.stop();
      assertTrue(lab.bothUp(), lab.sim::diagram);
      assertTrue(lab.a.delivered.size() >= a + 15, lab.sim::diagram);
      assertTrue(lab.b.delivered.size() >= b + 15, lab.sim::diagram);
      assertTrue(flow.sentByA.containsAll(flow.atB()), lab.sim::diagram);
      for (byte[] p : lab.b.delivered) {
        byte[] sent = Lab.packet(1, 2, Lab.serial(p), p.length);
        assertTrue(java.util.Arrays.equals(sent, p), lab.sim::diagram);
      }
    }
  }

  @Test
  void crossingInitiationsWithOneDirectionBlockedConverge() {
    for (int seed = 0; seed < 20; seed++) {
      Lab lab = new Lab(2_000 + seed);
      boolean[] blocked = {true};
      lab.sim.tap((from, to, b) -> blocked[0] && from.equals(lab.a.address) ? null : b);
      lab.start();
      lab.sim.run((500 + 777L * seed) * MS);
      blocked[0] = false;
      lab.sim.await(15_000 * MS, "both up", lab::bothUp);
      Flow flow = Flow.start(lab, 20 * MS);
      lab.sim.run(1_000 * MS);
      flow.stop();
      lab.sim.run(500 * MS);
      assertTrue(flow.atB().containsAll(flow.sentByA), lab.sim::diagram);
      assertTrue(flow.atA().containsAll(flow.sentByB), lab.sim::diagram);
    }
  }
}
