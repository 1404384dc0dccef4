// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** A host that gets an address says there that it does not know a session. [SS-8]. */
class StandbyTest {
  /** Both have run for 20 minutes. */
  private static Lab old(long seed) {
    Lab lab = new Lab(seed);
    lab.up();
    lab.sim.run(1_200_000 * MS);
    return lab;
  }

  @Test
  void onItsNewAddressForTenMinutesAndNowhereElse() {
    Lab lab = old(62);
    int[] answers = {0};
    lab.sim.tap((from, to, b) -> {
      answers[0] += b[0] == MessageType.UNKNOWN_ID ? 1 : 0;
      return b;
    });
    lab.b.control.gained(lab.b.clock(), Set.of(Lab.endpoint(9, false).withoutPort()));
    stray(lab);
    assertEquals(0, answers[0]);
    lab.b.control.gained(lab.b.clock(), Set.of(lab.b.address.withoutPort()));
    stray(lab);
    assertTrue(answers[0] > 0);
    lab.sim.run(600_000 * MS);
    answers[0] = 0;
    stray(lab);
    assertEquals(0, answers[0]);
  }

  /** DATA of a session that b does not have. */
  private static void stray(Lab lab) {
    byte[] data = new byte[100];
    data[0] = (byte) 0x80;
    data[5] = 77;
    lab.sim.deliver(MS, lab.a.address, lab.b.address, data);
    lab.sim.run(500 * MS);
  }
}
