// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.wire.DropReason;
import org.junit.jupiter.api.Test;

/** Properties 12 and the long run of rekeys. */
class RekeyTest {

  private static void losesNothing(Lab lab, Flow flow, long time) {
    lab.sim.run(time);
    flow.stop();
    lab.sim.run(1_000 * MS);
    Set<Long> lostToB = new HashSet<>(flow.sentByA);
    lostToB.removeAll(flow.atB());
    Set<Long> lostToA = new HashSet<>(flow.sentByB);
    lostToA.removeAll(flow.atA());
    assertEquals(Set.of(), lostToB, lab.sim::diagram);
    assertEquals(Set.of(), lostToA, lab.sim::diagram);
  }

  @Test
  void rekeysLoseNoPacketOnALossFreePath() {
    Lab lab = new Lab(11).up();
    losesNothing(lab, Flow.start(lab, 20 * MS), 700_000 * MS);
    assertTrue(lab.a.status(lab.b).session().sessions() >= 6, "rekeys happened");
    assertEquals(0, lab.b.shared.counters().drops(DropReason.UNKNOWN_ID));
  }

  @Test
  void rekeysThatBothSidesStartLoseNoPacket() {
    Lab lab = new Lab(12);
    lab.a.timing = Timing.rekeyEvery(10_000);
    // The same age on both sides, whoever initiated.
    lab.b.timing =
        new Timing(10_000, 0, 15_000, 30_000, 300, 5_000, 8_000, 3_000, 2, 15_000, 5_000);
    lab.a.timing = lab.b.timing;
    lab.up();
    losesNothing(lab, Flow.start(lab, 20 * MS), 200_000 * MS);
  }

  /** The whole range that may be configured, shorter at one side and longer at the other. [TM-1] */
  @Test
  void anyTwoRekeyIntervalsGoTogetherWithoutALoss() {
    long longest = Timing.LONGEST_REKEY / 1_000;
    for (long every : new long[] {3, 4, 9, 31, 60, 82, 120, 147, longest}) {
      Lab lab = new Lab(1_400 + every);
      lab.a.timing = Timing.rekeyEvery(every * 1_000);
      lab.b.timing = Timing.rekeyEvery((longest + 3 - every) * 1_000);
      lab.up();
      losesNothing(lab, Flow.start(lab, 100 * MS), 500_000 * MS);
      assertEquals(0, lab.a.shared.counters().drops(DropReason.UNKNOWN_ID), lab.sim::diagram);
      assertEquals(0, lab.b.shared.counters().drops(DropReason.UNKNOWN_ID), lab.sim::diagram);
    }
  }

  @Test
  void aDayOfRekeysUnderLossLeavesNoSessionStuck() {
    Lab lab = new Lab(13);
    lab.sim.weather.loss = 0.01;
    lab.sim.weather.jitter = 20 * MS;
    lab.up();
    for (int minute = 0; minute < 24 * 60; minute++) {
      Flow flow = Flow.start(lab, 1_000 * MS);
      lab.sim.run(50_000 * MS);
      flow.stop();
      lab.sim.run(10_000 * MS);
      int b = lab.b.delivered.size();
      int a = lab.a.delivered.size();
      assertTrue(a >= 40 && b >= 40, () -> "a " + a + " b " + b + "\n" + lab.sim.diagram());
      lab.a.delivered.clear();
      lab.b.delivered.clear();
    }
    long handshakes = lab.a.status(lab.b).session().sessions();
    System.out.println("24 h under 1 % loss: " + handshakes + " sessions");
    assertTrue(handshakes > 600 && handshakes < 2_000, () -> "sessions: " + handshakes);
    assertTrue(lab.a.shared.sessions().size() < 64, () -> "ids: " + lab.a.shared.sessions().size());
  }
}
