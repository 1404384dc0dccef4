// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;

/** DNS has two hosts for one name, and both call. PROTOCOL.md [SS-28]. */
class TwoHostsOfOneNameTest {
  private static final Prefix LAN = Lab.lan(2);
  private static final long FAR = PeerKey.NO_END;

  private final Simulation sim = new Simulation(4242);
  private final SimHost a = new SimHost(sim, "a", Lab.endpoint(1, false), Lab.lan(1));
  private final SimHost b1 = new SimHost(sim, "b1", Lab.endpoint(2, false), LAN);
  private final SimHost b2 = new SimHost(sim, "b2", Lab.endpoint(3, false), LAN);
  private long serial;

  private void up(int first, int second) {
    a.peers.clear();
    SimPeer name = a.peer(b1);
    a.peers.clear();
    a.peers.add(
        name.keys(
            PeerKey.published(b1.publicKey(), FAR, 0, first),
            PeerKey.published(b2.publicKey(), FAR, 1, second)));
    b1.peer(a);
    b2.peer(a);
    List.of(a, b1, b2).forEach(SimHost::start);
    Map<String, List<Endpoint>> places = new HashMap<>();
    places.put(name.name(), List.of(b1.address, b2.address));
    a.control.configure(a.clock(), SimPeer.configs(a.peers), places, Map.of());
    a.drain();
    packets(1_000);
    assertEquals(b1.publicKey(), current(), sim::diagram);
  }

  private PeerStatus peer() {
    return a.status(b1);
  }

  private PublicKey current() {
    return peer().keys().getFirst();
  }

  /** A packet each 20 ms from a, and some from b2. */
  private void packets(int millis) {
    for (int t = 0; t < millis; t += 20) {
      a.lanPacket(Lab.packet(1, 2, ++serial, 100));
      if (b2.running && t % 200 == 0) {
        b2.lanPacket(Lab.packet(2, 1, ++serial, 100));
      }
      sim.run(20 * MS);
    }
  }

  @Test
  void thePreferredOneSendsAlthoughTheOtherCalls() {
    up(10, 20);
    b2.delivered.clear();
    b1.delivered.clear();
    int before = a.delivered.size();
    packets(300_000);
    assertTrue(a.delivered.size() > before + 1_400, "what b2 sends is taken");
    assertEquals(0, b2.delivered.size(), "a sends to b1 alone");
    assertTrue(b1.delivered.size() > 14_900, () -> "to b1: " + b1.delivered.size());
  }

  @Test
  void ofEqualOnesTheFirstStays() {
    up(10, 10);
    b2.delivered.clear();
    packets(200_000);
    assertEquals(0, b2.delivered.size());
  }

  @Test
  void theOtherTakesOverWhenItClosesOrDiesAndGivesBack() {
    up(10, 20);
    b1.stop();
    packets(2_000);
    assertEquals(b2.publicKey(), current(), sim::diagram);
    assertTrue(peer().up());
    b1.start();
    b1.lanPacket(Lab.packet(2, 1, ++serial, 100));
    packets(5_000);
    assertEquals(b1.publicKey(), current(), "it has called");
    b1.kill();
    packets(15_000);
    assertEquals(b2.publicKey(), current(), sim::diagram);
    b2.delivered.clear();
    packets(1_000);
    assertTrue(b2.delivered.size() >= 45, () -> "to b2: " + b2.delivered.size());
    b1.start();
    packets(150_000); // nobody calls but a: at the time of a rekey
    assertEquals(b1.publicKey(), current());
  }

  @Test
  void theOneThatClosesEndsNoSessionOfTheOther() {
    up(10, 20);
    packets(1_000);
    long sessions = peer().session().sessions();
    b2.stop();
    packets(1_000);
    assertEquals(b1.publicKey(), current());
    assertEquals(sessions, peer().session().sessions(), "no handshake was needed");
  }
}
