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

  private static final Endpoint OLD = Endpoint.of(new byte[] {(byte) 198, 51, 100, 1}, 20_001);
  private static final Endpoint PORT = Endpoint.of(new byte[] {(byte) 198, 51, 100, 1}, 20_002);
  private static final Endpoint LTE = Endpoint.of(new byte[] {(byte) 203, 0, 113, 9}, 30_003);

  /** A lab in which a is behind a NAT and b waits for it, with traffic. */
  private static Lab behindNat(long seed) {
    Lab lab = new Lab(seed);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.sim.translate(lab.a.address, OLD);
    lab.up();
    lab.sim.run(1_000 * MS);
    assertEquals(OLD.toString(), lab.b.status(lab.a).road().endpoint());
    return lab;
  }

  private static void assertAllArrive(Lab lab, Flow flow) {
    flow.stop();
    lab.sim.run(1_000 * MS);
    assertTrue(flow.atA().containsAll(flow.sentByB), lab.sim::diagram);
    assertTrue(flow.atB().containsAll(flow.sentByA), lab.sim::diagram);
  }

  @Test
  void aNewPortOfANatIsFollowedWhetherOrNotTheOldOneStillLeadsThere() {
    for (boolean alive : new boolean[] {true, false}) {
      Lab lab = behindNat(36);
      lab.sim.translate(lab.a.address, PORT);
      if (!alive) {
        lab.sim.forget(OLD);
      }
      // The answer to the first packet from there is not lost.
      lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
      lab.sim.await(200 * MS, "packet", () -> !lab.b.delivered.isEmpty());
      lab.b.lanPacket(Lab.packet(2, 1, 2, 100));
      lab.sim.await(200 * MS, "answer", () -> !lab.a.delivered.isEmpty());
      lab.sim.run(1_000 * MS);
      assertEquals(PORT.toString(), lab.b.status(lab.a).road().endpoint(), lab.sim::diagram);
      assertAllArrive(lab, Flow.start(lab, 20 * MS));
    }
  }

  @Test
  void aNewPortLosesNothingOfARunningFlow() {
    Lab lab = behindNat(37);
    Flow flow = Flow.start(lab, 20 * MS);
    lab.sim.run(1_000 * MS);
    lab.sim.translate(lab.a.address, PORT); // the old mapping lives on for a while
    lab.sim.run(2_000 * MS);
    lab.sim.forget(OLD);
    lab.sim.run(2_000 * MS);
    assertEquals(PORT.toString(), lab.b.status(lab.a).road().endpoint());
    assertAllArrive(lab, flow);
  }

  @Test
  void failoverAndFailbackBetweenTwoUplinksLoseNothingWhileBothAreUp() {
    Lab lab = behindNat(38);
    Flow flow = Flow.start(lab, 20 * MS);
    for (Endpoint uplink : new Endpoint[] {LTE, OLD, LTE, OLD}) {
      lab.sim.run(3_500 * MS);
      lab.sim.translate(lab.a.address, uplink);
      lab.sim.run(1_500 * MS);
      assertEquals(uplink.toString(), lab.b.status(lab.a).road().endpoint(), lab.sim::diagram);
    }
    assertAllArrive(lab, flow);
  }

  @Test
  void aHostThatGoesFromWifiToLteIsFollowedWithinASecond() {
    Lab lab = behindNat(39);
    Flow flow = Flow.start(lab, 20 * MS);
    lab.sim.run(1_000 * MS);
    lab.sim.translate(lab.a.address, LTE);
    lab.sim.forget(OLD);
    lab.sim.run(1_000 * MS);
    assertEquals(LTE.toString(), lab.b.status(lab.a).road().endpoint());
    int lost = flow.sentByB.size() - flow.atA().size();
    assertTrue(lost <= 30, lost + " packets of 20 ms each");
    flow.stop();
    lab.sim.run(1_000 * MS);
    assertAllArrive(lab, Flow.start(lab, 20 * MS));
  }

  /** [PA-5] */
  @Test
  void aChallengeAtAnAddressThatIsLeftHasNoAnswerFromThere() {
    Lab lab = new Lab(40);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.up();
    Endpoint before = lab.a.address;
    Endpoint after = Endpoint.of(new byte[] {(byte) 198, 51, 100, 7}, 1138);
    lab.a.alsoAt(after);
    lab.a.ownPathChanged();
    Flow flow = Flow.start(lab, 20 * MS);
    lab.sim.run(2_000 * MS);
    assertEquals(after.toString(), lab.b.status(lab.a).road().endpoint(), before::toString);
    assertEquals(after.host(), lab.a.status(lab.b).road().localAddress());
    assertAllArrive(lab, flow);
  }

  @Test
  void aPeerThatMovedAndFellSilentIsLookedForWhereTheConfigurationSays() {
    Lab lab = new Lab(41).up();
    Endpoint home = lab.a.address;
    lab.a.moveTo(Endpoint.of(new byte[] {(byte) 198, 51, 100, 7}, 1138));
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.run(3_000 * MS);
    assertEquals(lab.a.address.toString(), lab.b.status(lab.a).road().endpoint());
    lab.a.kill();
    lab.a.address = home;
    lab.a.peers.set(0, lab.a.peers.getFirst().withoutEndpoint());
    lab.a.start();
    boolean[] sought = {false};
    lab.sim.tap((from, to, bytes) -> {
      sought[0] |= to.equals(home);
      return sought[0] ? bytes : null; // a firewall there, and nobody else can call
    });
    lab.sim.await(
        60_000 * MS,
        "found",
        () -> lab.b.status(lab.a).road().endpoint().startsWith(home.host()) && lab.bothUp());
    flow.stop();
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
