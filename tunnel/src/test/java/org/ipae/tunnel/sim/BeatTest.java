// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How often control wakes up. */
class BeatTest {
  private static final long SECOND = 1_000 * Simulation.MS;

  private static int ticks(Lab lab, long time) {
    int before = lab.a.ticks;
    lab.sim.run(time);
    return lab.a.ticks - before;
  }

  /** Beats of 2 s, and a few that end what is waited for. */
  @Test
  void anIdleHostWakesSeldom() {
    Lab lab = new Lab(4_711).up();
    lab.sim.run(20 * SECOND);
    int ticks = ticks(lab, 60 * SECOND);
    assertTrue(ticks <= 35, ticks + " ticks in a minute");
  }

  /** What comes after a quiet time is looked at as soon as what comes in a busy one. */
  @Test
  void aPacketAfterAQuietTimeIsNoticedAtOnce() {
    Lab lab = new Lab(4_712).up();
    for (int i = 0; i < 10; i++) {
      lab.sim.run(10 * SECOND + i * 137 * Simulation.MS);
      lab.a.lanPacket(Lab.packet(1, 2, i, 100));
      int ticks = ticks(lab, 100 * Simulation.MS);
      assertTrue(ticks >= 1, "none within 100 ms of packet " + i);
    }
  }
}
