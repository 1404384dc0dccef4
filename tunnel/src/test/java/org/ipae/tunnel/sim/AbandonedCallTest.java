// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer that calls and is not heard of again: packets for it do not wait. [HS-34]. */
class AbandonedCallTest {
  /** No session, but both have cookies; a's INIT has reached b, and b's RESP is lost. */
  private static Lab abandoned(long seed) {
    Lab lab = new Lab(seed).up();
    lab.sim.run(300_000 * MS);
    lab.b.delivered.clear();
    boolean[] called = {false};
    lab.sim.tap((from, to, b) -> {
      boolean ofA = from.equals(lab.a.address);
      if (ofA && !called[0]) {
        called[0] = b[0] == MessageType.INIT;
        return b;
      }
      boolean call = b[0] == MessageType.INIT || b[0] == MessageType.INIT_PART;
      boolean lost = ofA ? call || b[0] == MessageType.COOKIE_REQUEST : b[0] == MessageType.RESP;
      return lost ? null : b;
    });
    lab.a.lanPacket(Lab.packet(1, 2, 1, 1_000));
    lab.sim.await(1_000 * MS, "INIT of a", () -> called[0]);
    lab.sim.run(100 * MS);
    return lab;
  }

  /** More than b may send before a has spoken; or sent when a should have spoken. */
  @ParameterizedTest
  @CsvSource({"0, 5", "1500, 1", "5000, 1"})
  void theOtherSideCalls(long later, int packets) {
    for (int seed = 0; seed < 20; seed++) {
      Lab lab = abandoned(9_100 + seed);
      lab.sim.run(later * MS);
      lab.a.delivered.clear();
      for (int n = 1; n <= packets; n++) {
        lab.b.lanPacket(Lab.packet(2, 1, n, 1_000));
      }
      lab.sim.run(2_500 * MS);
      assertTrue(
          lab.a.delivered.stream().anyMatch(p -> Lab.serial(p) == packets), lab.sim::diagram);
    }
  }
}
