// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ipae.tunnel.routing.Prefix;
import org.junit.jupiter.api.Test;

/** One network behind two gateways. PROTOCOL.md section 10. */
class SharingTest {
  private static final Prefix LAN = Lab.lan(2);

  private final Simulation sim = new Simulation(77);
  private final SimHost a = new SimHost(sim, "a", Lab.endpoint(1, false), Lab.lan(1));
  private final SimHost b1 = new SimHost(sim, "b1", Lab.endpoint(2, false), LAN);
  private final SimHost b2 = new SimHost(sim, "b2", Lab.endpoint(3, false), LAN);
  private long serial;

  private void up(int first, int second) {
    a.peers.add(a.peer(b1).sharing(first, LAN));
    a.peers.add(a.peer(b2).sharing(second, LAN));
    a.peers.removeIf(p -> p.priority() == null);
    b1.peer(a);
    b2.peer(a);
    List.of(a, b1, b2).forEach(SimHost::start);
    sim.await(5_000 * MS, "both up", () -> a.status(b1).up() && a.status(b2).up());
  }

  /** One flow, a packet each 10 ms. */
  private void flow(int millis) {
    for (int t = 0; t < millis; t += 10) {
      a.lanPacket(Lab.packet(1, 2, ++serial, 100));
      sim.run(10 * MS);
    }
  }

  /** How many of {@code n} packets of as many flows each gateway gets. */
  private List<Integer> spread(int n) {
    sim.run(300 * MS);
    b1.delivered.clear();
    b2.delivered.clear();
    for (int i = 0; i < n; i++) {
      byte[] p = Lab.packet(1, 2, ++serial, 100);
      p[15] = (byte) i; // another sender, another flow
      a.lanPacket(p);
    }
    sim.run(300 * MS);
    return List.of(b1.delivered.size(), b2.delivered.size());
  }

  @Test
  void theLowerPriorityCarriesAndTheOtherTakesOverWithinThreeSecondsOfACrash() {
    up(1, 2);
    sim.run(11_000 * MS);
    assertEquals(List.of(20, 0), spread(20));
    b1.kill();
    b2.delivered.clear();
    flow(3_000);
    assertTrue(!b2.delivered.isEmpty(), sim::diagram);
    assertEquals(List.of(0, 20), spread(20));
    assertEquals(Map.of(LAN, List.of("b2")), a.status(b1).elsewhere());
    assertEquals(Map.of(), a.status(b2).elsewhere());
  }

  @Test
  void aCrashIsNoticedWithoutTraffic() {
    up(1, 2);
    sim.run(11_000 * MS);
    b1.kill();
    sim.run(3_000 * MS);
    assertEquals(List.of(0, 5), spread(5));
  }

  @Test
  void whoeverIsBackCarriesAgainAfterTenSecondsAndNothingIsLost() {
    up(1, 2);
    sim.run(11_000 * MS);
    b1.kill();
    sim.run(3_000 * MS);
    b1.start();
    sim.await(40_000 * MS, "b1 is up", () -> a.status(b1).up());
    sim.run(9_000 * MS);
    assertEquals(List.of(0, 5), spread(5));
    b1.delivered.clear();
    b2.delivered.clear();
    long before = serial;
    flow(3_000);
    sim.run(300 * MS);
    assertTrue(!b1.delivered.isEmpty() && !b2.delivered.isEmpty(), "moved meanwhile");
    assertEquals(serial - before, b1.delivered.size() + b2.delivered.size(), "make before break");
    assertEquals(List.of(5, 0), spread(5));
  }

  @Test
  void equalPrioritiesShareByFlowAndAnswersAreAcceptedFromBoth() {
    up(5, 5);
    sim.run(11_000 * MS);
    List<Integer> spread = spread(100);
    assertEquals(100, spread.getFirst() + spread.getLast());
    assertTrue(spread.getFirst() > 20 && spread.getLast() > 20, spread.toString());
    a.delivered.clear();
    for (SimHost b : List.of(b1, b2)) {
      b.lanPacket(Lab.packet(2, 1, ++serial, 100));
    }
    sim.run(300 * MS);
    assertEquals(2, a.delivered.size());
    b2.stop();
    sim.run(300 * MS);
    assertEquals(List.of(100, 0), spread(100));
  }

  @Test
  void aSessionIsKeptWithoutTraffic() {
    up(1, 2);
    sim.run(600_000 * MS);
    assertTrue(a.status(b1).up() && a.status(b2).up());
  }
}
