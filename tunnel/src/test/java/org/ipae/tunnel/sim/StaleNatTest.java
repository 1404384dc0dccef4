// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.junit.jupiter.api.Test;

/**
 * A NAT keeps an entry that leads nowhere any more, and what is sent by it keeps the entry. [HS-41]
 */
class StaleNatTest {
  private static final class Nat {
    final Lab lab;
    final Set<Endpoint> stale = new HashSet<>();

    /**
     * @param in whether what comes by the entry still gets in
     */
    Nat(Lab lab, boolean in) {
      this.lab = lab;
      lab.sim.tap(
          (from, to, bytes) -> stale.contains(from) || (!in && stale.contains(to)) ? null : bytes);
    }

    /** Seconds until both can send again. */
    long back(Endpoint... entries) {
      stale.clear();
      stale.addAll(Set.of(entries));
      long since = lab.sim.now();
      lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
      lab.sim.run(100 * MS);
      lab.sim.await(
          60_000 * MS,
          "down",
          () -> {
            lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
            return !lab.a.status(lab.b).up();
          });
      lab.sim.await(60_000 * MS, "up again", () -> lab.a.status(lab.b).up());
      return (lab.sim.now() - since) / (1_000 * MS);
    }
  }

  @Test
  void theSecondCallLeavesFromAnotherPort() {
    for (int seed = 1; seed <= 20; seed++) {
      Lab lab = new Lab(seed);
      lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
      lab.start();
      lab.sim.await(5_000 * MS, "up", lab::bothUp);
      boolean in = seed % 2 == 0;
      Nat nat = new Nat(lab, in);
      int within = in ? 29 : 20; // what gets in hides for a while that nothing gets out
      Endpoint first = lab.a.address;
      Endpoint spare = lab.a.port(Path.SPARE);
      long took = nat.back(first);
      assertTrue(took <= within, took + " s");
      lab.sim.run(500 * MS);
      int before = lab.b.delivered.size();
      lab.a.lanPacket(Lab.packet(1, 2, 9, 100));
      lab.sim.run(500 * MS);
      assertEquals(before + 1, lab.b.delivered.size(), "over the other port");
      assertEquals(spare.toString(), lab.b.status(lab.a).road().endpoint());
      lab.sim.run(400_000 * MS); // rekeys stay on it
      assertTrue(lab.bothUp());
      took = nat.back(spare);
      assertTrue(took <= within, took + " s");
      lab.sim.run(500 * MS);
      assertEquals(first.toString(), lab.b.status(lab.a).road().endpoint());
    }
  }
}
