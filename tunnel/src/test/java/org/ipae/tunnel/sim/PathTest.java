// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;

/** Addresses that change, attackers that replay from elsewhere, small paths. */
class PathTest {

  @Test
  void trafficGoesOnWithinASecondWhenAddressAndPortChange() {
    Lab lab = new Lab(31).up();
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.run(2_000 * MS);
    Endpoint next = Endpoint.of(new byte[] {(byte) 198, 51, 100, 7}, 40_000);
    lab.a.moveTo(next);
    int before = lab.a.delivered.size();
    lab.sim.await(1_000 * MS, "answers at the new address", () -> lab.a.delivered.size() > before);
    lab.sim.run(1_000 * MS);
    flow.stop();
    assertEquals(next.toString(), lab.b.status(lab.a).road().endpoint());
  }

  @Test
  void aHostThatWasSuspendedLongerThanItsSessionsLiveCallsAgain() {
    Lab lab = new Lab(35).up();
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.run(5_000 * MS);
    flow.stop();
    lab.a.clockOffset += 300_000 * MS;
    // Nobody else can: between them is a NAT, which has forgotten the peer until it hears from it.
    boolean[] known = {false};
    lab.sim.tap((from, to, bytes) -> {
      known[0] |= from.equals(lab.a.address);
      return known[0] ? bytes : null;
    });
    lab.sim.await(
        5_000 * MS,
        "a new session",
        () -> isFresh(lab.a.status(lab.b).session().handshakeAgeMillis()));
    lab.sim.await(5_000 * MS, "up", lab::bothUp);
    int before = lab.b.delivered.size();
    lab.a.lanPacket(Lab.packet(1, 2, 9, 100));
    lab.sim.await(1_000 * MS, "delivery", () -> lab.b.delivered.size() > before);
  }

  private static boolean isFresh(long age) {
    return age >= 0 && age < 5_000;
  }

  @Test
  void aReplayFromElsewhereMovesNothing() {
    Lab lab = new Lab(32).up();
    List<byte[]> recorded = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      if (to.equals(lab.b.address)) {
        recorded.add(bytes.clone());
      }
      return bytes;
    });
    Flow flow = Flow.start(lab, 20 * MS);
    lab.sim.run(2_000 * MS);
    Endpoint attacker = Endpoint.of(new byte[] {(byte) 203, 0, 113, 66}, 1138);
    for (byte[] b : List.copyOf(recorded)) {
      lab.sim.deliver(attacker, lab.b.address, b);
    }
    lab.sim.run(2_000 * MS);
    flow.stop();
    assertEquals(lab.a.address.toString(), lab.b.status(lab.a).road().endpoint());
    assertTrue(lab.b.status(lab.a).up());
  }

  @Test
  void anOuterMtuOf1280CarriesHandshakesAndPacketsOf1420Bytes() {
    for (boolean ipv6 : new boolean[] {false, true}) {
      Lab lab = new Lab(33, ipv6);
      lab.sim.weather.mtu = 1280;
      small(lab.a.peers);
      small(lab.b.peers);
      lab.up();
      lab.a.lanPacket(Lab.packet(1, 2, 7, 1420));
      lab.a.lanPacket(Lab.packet(1, 2, 8, 1280));
      lab.sim.await(1_000 * MS, "delivery", () -> lab.b.delivered.size() == 2);
      Flow flow = Flow.start(lab, 100 * MS);
      lab.sim.run(400_000 * MS);
      flow.stop();
      lab.sim.run(1_000 * MS);
      assertTrue(flow.atB().containsAll(flow.sentByA), lab.sim::diagram);
      assertTrue(flow.atA().containsAll(flow.sentByB), lab.sim::diagram);
    }
  }

  @Test
  void anInitThatIsTooBigForThePathGoesInPartsAfterTwoTries() {
    Lab lab = new Lab(34, true);
    lab.sim.weather.mtu = 1280;
    lab.up();
  }

  private static void small(List<SimPeer> peers) {
    peers.set(0, peers.getFirst().pathMtu(1280));
  }
}
