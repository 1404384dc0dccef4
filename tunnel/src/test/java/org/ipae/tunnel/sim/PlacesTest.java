// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/**
 * A peer that may be in several places, of which some are dead, or cannot be sent to. [HS-39]
 * [HS-40]
 */
class PlacesTest {
  private static final Endpoint DEAD = Endpoint.of(new byte[] {(byte) 198, 51, 100, 9}, 1138);
  private static final Endpoint DEAD_TOO = Endpoint.of(new byte[] {(byte) 198, 51, 100, 10}, 1138);

  /** Only a knows where b may be. */
  private static Lab lab(long seed) {
    Lab lab = new Lab(seed);
    lab.a.peers.set(0, lab.a.peers.getFirst().withoutEndpoint());
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    return lab.start();
  }

  private static void says(Lab lab, Endpoint... places) {
    lab.a.control.configure(
        lab.a.clock(), SimPeer.configs(lab.a.peers), Map.of("b", List.of(places)), Map.of());
    lab.a.drain();
  }

  private static long up(Lab lab, long within) {
    long since = lab.sim.now();
    lab.sim.await(within * MS, "up", lab::bothUp);
    return (lab.sim.now() - since) / MS;
  }

  @Test
  void aDeadPlaceCostsAQuarterOfASecond() {
    for (int seed = 1; seed <= 20; seed++) {
      Lab first = lab(seed);
      says(first, first.b.address, DEAD);
      long usual = up(first, 1_000);
      Lab second = lab(seed);
      says(second, DEAD, second.b.address);
      long later = up(second, 1_000) - usual;
      assertTrue(later >= 250 && later <= 300, later + " ms later");
      Lab third = lab(seed);
      says(third, DEAD, DEAD_TOO, third.b.address);
      later = up(third, 1_500) - usual;
      assertTrue(later >= 500 && later <= 550, later + " ms later");
    }
  }

  @Test
  void aPlaceThatThisHostCannotSendToCostsNothing() {
    Lab first = lab(5);
    says(first, first.b.address);
    long usual = up(first, 1_000);
    Lab second = lab(5);
    second.a.refused.put(DEAD, "EPERM");
    second.a.refused.put(DEAD_TOO, "EPERM");
    says(second, DEAD, DEAD_TOO, second.b.address);
    assertEquals(usual, up(second, 1_000));
  }

  @Test
  void anAttemptOfWhichNothingCanBeSentEndsAtOnce() {
    Lab usual = lab(6);
    says(usual, usual.b.address);
    Lab lab = lab(6);
    lab.a.refused.put(lab.b.address, "EPERM");
    says(lab, lab.b.address);
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    assertEquals(Why.SEND_REFUSED, lab.a.status(lab.b).liveness().state());
    assertEquals("EPERM", lab.a.status(lab.b).liveness().sendError());
    assertEquals(Attempt.NONE, lab.a.status(lab.b).liveness().attempt());
    int told = lab.a.events.size();
    lab.sim.run(2_000 * MS);
    lab.a.refused.clear();
    lab.a.control.ownPathChanged(lab.a.clock(), Set.of(lab.a.address.withoutPort()));
    lab.a.drain();
    assertEquals(up(usual, 1_000), up(lab, 1_000), "at once when the way is back");
    lab.sim.run(100 * MS);
    assertEquals(1, lab.b.delivered.size(), "the packet has waited");
    assertEquals(told + 1, lab.a.events.size(), "up, and nothing before");
  }

  @Test
  void aWayThatComesBackUnseenIsFoundWithinSeconds() {
    Lab lab = lab(7);
    lab.a.refused.put(lab.b.address, "EPERM");
    says(lab, lab.b.address);
    for (int i = 0; i < 100; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, i, 100));
      lab.sim.run(200 * MS);
    }
    assertEquals(1, lab.a.events.size(), "told once");
    lab.a.refused.clear();
    up(lab, 5_500);
  }

  @Test
  void anErrorThatTheNetworkMayHaveCausedEndsNothing() {
    Lab lab = lab(8);
    lab.sim.weather.delay = 100 * MS;
    lab.a.refused.put(lab.b.address, "EHOSTUNREACH");
    says(lab, lab.b.address);
    assertEquals(Attempt.COOKIE, lab.a.status(lab.b).liveness().attempt());
    lab.a.refused.clear();
    up(lab, 1_500);
    Lab truly = lab(9);
    truly.a.reachable = false;
    truly.a.refused.put(truly.b.address, "EHOSTUNREACH");
    says(truly, truly.b.address);
    assertEquals(Why.NO_ROUTE, truly.a.status(truly.b).liveness().state());
    assertEquals(Attempt.NONE, truly.a.status(truly.b).liveness().attempt());
  }

  @Test
  void thePeerIsCalledOnceAlthoughItAnswersInTwoPlaces() {
    Lab lab = lab(3);
    Endpoint other = new Endpoint(lab.b.address.hi(), lab.b.address.lo(), 2_000);
    List<Endpoint> called = new ArrayList<>();
    lab.sim.weather.delay = 300 * MS; // the answer of the first is on its way when it is asked too
    lab.sim.tap((from, to, bytes) -> {
      if (to.equals(other)) {
        lab.sim.deliver(lab.sim.weather.delay, lab.a.address, lab.b.address, bytes);
      }
      if (bytes[0] == MessageType.INIT) {
        called.add(to);
      }
      return bytes;
    });
    says(lab, lab.b.address, other);
    up(lab, 3_000);
    lab.sim.run(3_000 * MS);
    assertEquals(List.of(lab.b.address), called.stream().distinct().toList());
  }

  /** 0 round trips stay, and the other place is looked for after 300 ms. */
  @Test
  void whenOnePlaceFallsSilentTheNextTakesOver() {
    Lab lab = lab(4);
    says(lab, lab.b.address, DEAD);
    up(lab, 1_000);
    Endpoint moved = new Endpoint(lab.b.address.hi(), lab.b.address.lo() + 9, 1138);
    lab.sim.run(1_000 * MS);
    lab.b.stop();
    lab.b.address = moved;
    lab.b.start();
    says(lab, Lab.endpoint(2, false), moved);
    lab.a.lanPacket(Lab.packet(1, 2, 1, 60));
    long took = up(lab, 12_000);
    assertTrue(took < 11_000, took + " ms");
    assertEquals(moved.toString(), lab.a.status(lab.b).road().endpoint());
  }

  @Test
  void thePreferredPlaceIsTakenAgainWhenItIsBackAndNothingIsLost() {
    for (int seed = 1; seed <= 20; seed++) {
      Lab lab = lab(60 + seed);
      Endpoint preferred = new Endpoint(lab.b.address.hi(), lab.b.address.lo() + 9, 1138);
      boolean[] back = {false};
      lab.sim.tap((from, to, bytes) -> to.equals(preferred) && !back[0] ? null : bytes);
      Endpoint second = lab.b.address;
      says(lab, preferred, second);
      up(lab, 1_000);
      assertEquals(second.toString(), lab.a.status(lab.b).road().endpoint());
      Flow flow = Flow.start(lab, 100 * MS);
      lab.sim.run(300_000 * MS);
      assertEquals(second.toString(), lab.a.status(lab.b).road().endpoint());
      assertTrue(lab.bothUp());
      back[0] = true;
      lab.b.alsoAt(preferred);
      lab.sim.await(
          130_000 * MS,
          "back",
          () -> preferred.toString().equals(lab.a.status(lab.b).road().endpoint()));
      flow.stop();
      lab.sim.run(2_000 * MS);
      assertTrue(flow.atA().containsAll(flow.sentByB), lab.sim::diagram);
      assertTrue(flow.atB().containsAll(flow.sentByA), lab.sim::diagram);
    }
  }

  @Test
  void namesThatComeLaterDoNotDisturbACallUnderWay() {
    Lab lab = lab(5);
    says(lab, lab.b.address);
    lab.sim.run(10 * MS);
    says(lab, lab.b.address, DEAD);
    assertTrue(up(lab, 1_000) < 300);
  }
}
