// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ipae.tunnel.association.size.PathMtuState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** Several lanes between two hosts: their ports, and what happens to them on the way. */
class LanesTest {
  private static final Endpoint STRANGER = Endpoint.of(new byte[] {(byte) 203, 0, 113, 66}, 6666);

  private static Lab lab(long seed, int a, int b) {
    Lab lab = new Lab(seed);
    lab.a.lanes = a;
    lab.b.lanes = b;
    return lab;
  }

  /** Starts a lab in which b waits for a, so that a opens the lanes. */
  private static Lab opened(Lab lab) {
    waits(lab);
    lab.up();
    lab.sim.run(1_000 * MS);
    return lab;
  }

  private static void waits(Lab lab) {
    lab.b.peers.add(lab.b.peers.removeFirst().withoutEndpoint());
  }

  private static void apart(Lab lab, int a, int b) {
    assertEquals(a, lab.a.status(lab.b).session().lanesApart(), lab.sim::diagram);
    assertEquals(b, lab.b.status(lab.a).session().lanesApart(), lab.sim::diagram);
  }

  /** Every queue of both hosts carries a packet. */
  private static void everyQueueCarries(Lab lab) {
    lab.a.delivered.clear();
    lab.b.delivered.clear();
    for (int n = 0; n < lab.a.lanes; n++) {
      lab.a.lanPacket(n, Lab.packet(1, 2, n, 500));
    }
    for (int n = 0; n < lab.b.lanes; n++) {
      lab.b.lanPacket(n, Lab.packet(2, 1, n, 500));
    }
    lab.sim.run(500 * MS);
    assertEquals(lab.a.lanes, lab.b.delivered.size(), lab.sim::diagram);
    assertEquals(lab.b.lanes, lab.a.delivered.size(), lab.sim::diagram);
  }

  @Test
  void everyLaneIsAFlowOfItsOwnInBothDirections() {
    Lab lab = opened(lab(1, 4, 4));
    apart(lab, 3, 3);
    Set<String> flows = new HashSet<>();
    lab.sim.tap((from, to, b) -> {
      flows.add(from + " " + to);
      return b;
    });
    everyQueueCarries(lab);
    for (int n = 0; n < 4; n++) {
      assertTrue(flows.contains(lab.a.port(n) + " " + lab.b.address), flows::toString);
      assertTrue(flows.contains(lab.b.address + " " + lab.a.port(n)), flows::toString);
    }
    assertEquals(8, flows.size(), flows::toString);
    assertEquals(Map.of(), lab.a.shared.counters().drops());
    assertEquals(Map.of(), lab.b.shared.counters().drops());
  }

  @Test
  void hostsThatWishForDifferentNumbersUseTheFewer() {
    for (int[] lanes : new int[][] {{1, 4}, {4, 1}, {4, 2}, {2, 3}, {16, 16}}) {
      Lab lab = opened(lab(2, lanes[0], lanes[1]));
      int fewer = Math.min(lanes[0], lanes[1]);
      assertEquals(fewer, lab.a.status(lab.b).session().lanes());
      assertEquals(fewer, lab.b.status(lab.a).session().lanes());
      apart(lab, fewer - 1, fewer - 1);
      everyQueueCarries(lab);
    }
  }

  @Test
  void aFirewallThatKnowsOnlyWhatOneSideBeganStopsNoLane() {
    for (boolean opensBehindIt : new boolean[] {true, false}) {
      Lab lab = lab(3, 3, 3);
      SimHost inside = opensBehindIt ? lab.a : lab.b;
      Map<String, Long> begun = new HashMap<>();
      lab.sim.tap((from, to, b) -> {
        if (from.sameAddress(inside.address)) {
          begun.put(from + " " + to, lab.sim.now());
          return b;
        }
        Long last = begun.get(to + " " + from);
        boolean open = from.port() == 1138 && to.equals(inside.address); // as kept alive
        return open || last != null && lab.sim.now() - last < 30_000 * MS ? b : null;
      });
      opened(lab);
      apart(lab, opensBehindIt ? 2 : 0, opensBehindIt ? 2 : 0);
      everyQueueCarries(lab);
      // What the firewall forgets meanwhile is not used.
      lab.sim.run(60_000 * MS);
      apart(lab, opensBehindIt ? 2 : 0, 0);
      everyQueueCarries(lab);
      lab.sim.run(1_000 * MS);
      apart(lab, opensBehindIt ? 2 : 0, opensBehindIt ? 2 : 0);
    }
  }

  @Test
  void aLaneWhoseMappingANatChangesGoesOn() {
    Lab lab = lab(4, 2, 2);
    Endpoint[] outside = {null};
    lab.sim.tap((from, to, b) -> {
      if (outside[0] != null && from.equals(lab.a.port(1))) {
        lab.sim.deliver(outside[0], to, b);
        return null;
      }
      if (outside[0] != null && to.equals(outside[0])) {
        lab.sim.deliver(from, lab.a.port(1), b);
        return null;
      }
      return outside[0] != null && to.equals(lab.a.port(1)) ? null : b;
    });
    opened(lab);
    apart(lab, 1, 1);
    for (int port : new int[] {50_001, 50_002}) {
      outside[0] = new Endpoint(lab.a.address.hi(), lab.a.address.lo(), port);
      lab.a.lanPacket(1, Lab.packet(1, 2, 1, 100));
      lab.sim.run(120 * MS); // from here on the other side knows
      everyQueueCarries(lab);
      lab.sim.run(1_000 * MS);
      apart(lab, 1, 1);
      everyQueueCarries(lab);
    }
  }

  @Test
  void theFragmentsOfAnItemStayOnItsLane() {
    Lab lab = opened(lab(10, 4, 4));
    Map<Endpoint, Integer> pieces = new HashMap<>();
    lab.sim.tap((from, to, b) -> {
      pieces.merge(from, 1, Integer::sum);
      return b;
    });
    for (int n = 0; n < 4; n++) {
      lab.a.lanPacket(n, Lab.packet(1, 2, n, 3_000));
      assertEquals(Map.of(lab.a.port(n), 3), pieces);
      pieces.clear();
    }
    lab.sim.run(100 * MS);
    assertEquals(4, lab.b.delivered.size(), lab.sim::diagram);
  }

  @Test
  void lanesFollowAHostThatMoves() {
    Lab lab = opened(lab(5, 3, 3));
    lab.a.moveTo(Lab.endpoint(7, false));
    lab.a.ownPathChanged();
    lab.sim.run(3_000 * MS);
    assertEquals(lab.a.address.toString(), lab.b.status(lab.a).road().endpoint());
    apart(lab, 2, 2);
    everyQueueCarries(lab);
    lab.b.moveTo(Lab.endpoint(8, false));
    lab.b.ownPathChanged();
    lab.sim.run(3_000 * MS);
    assertEquals(lab.b.address.toString(), lab.a.status(lab.b).road().endpoint());
    everyQueueCarries(lab);
    lab.sim.run(3_000 * MS);
    apart(lab, 2, 2);
  }

  @Test
  void aRekeyKeepsTheWaysOfAllLanesAndLosesNothing() {
    Lab lab = lab(6, 3, 3);
    lab.a.timing = Timing.rekeyEvery(10_000);
    lab.b.timing = lab.a.timing;
    opened(lab);
    long sessions = lab.a.status(lab.b).session().sessions();
    Flow flow = Flow.start(lab, 10 * MS);
    for (int i = 0; i < 450; i++) {
      lab.sim.run(100 * MS);
      apart(lab, 2, 2);
    }
    flow.stop();
    lab.sim.run(1_000 * MS);
    assertTrue(lab.a.status(lab.b).session().sessions() >= sessions + 3, "rekeys happened");
    assertTrue(flow.atB().containsAll(flow.sentByA), lab.sim::diagram);
    assertTrue(flow.atA().containsAll(flow.sentByB), lab.sim::diagram);
    assertEquals(flow.sentByA.size(), lab.b.delivered.size());
    assertEquals(0, lab.b.shared.counters().drops(DropReason.UNKNOWN_ID));
  }

  @Test
  void aLaneSentOnFromElsewhereDrawsNoMoreThanItselfAndMovesNowhere() {
    Lab lab = opened(lab(7, 2, 2));
    long[] of = new long[2];
    boolean[] divert = {true};
    lab.sim.tap((from, to, b) -> {
      if (to.sameAddress(STRANGER)) {
        of[1] += b.length;
      }
      if (divert[0] && from.equals(lab.a.port(1))) {
        of[0] += b.length;
        lab.sim.deliver(STRANGER, to, b);
        return null;
      }
      return b;
    });
    for (int i = 0; i < 20; i++) {
      lab.a.lanPacket(1, Lab.packet(1, 2, i, 30));
      lab.b.lanPacket(1, Lab.packet(2, 1, i, 1000));
      lab.sim.run(300 * MS);
      assertTrue(of[1] <= of[0], () -> "in " + of[0] + " out " + of[1] + lab.sim.diagram());
    }
    assertTrue(of[1] > 0, "it was asked");
    assertEquals(20, lab.a.delivered.size(), lab.sim::diagram);
    divert[0] = false;
    everyQueueCarries(lab);
    apart(lab, 1, 1);
  }

  @Test
  void whatComesByAnyLaneConfirmsButOnlyLane0SaysWhereThePeerIs() {
    Lab lab = lab(8, 2, 2);
    boolean[] held = {true};
    boolean[] resp = {false};
    lab.sim.tap((from, to, b) -> {
      resp[0] |= b[0] == MessageType.RESP;
      // Once a knows the session nothing of a passes but from its port of lane 1.
      boolean lane0 = b[0] < 0 && from.equals(lab.a.address);
      return held[0] && resp[0] && lane0 ? null : b;
    });
    waits(lab);
    lab.start();
    lab.sim.await(5_000 * MS, "b is up", () -> lab.b.status(lab.a).up());
    assertEquals(lab.a.address.toString(), lab.b.status(lab.a).road().endpoint());
    held[0] = false;
    lab.sim.run(2_000 * MS);
    apart(lab, 1, 1);
    everyQueueCarries(lab);
  }

  @Test
  void aRestartOfEitherSideIsNoticedByWhateverLane() {
    for (int queue = 0; queue < 3; queue++) {
      Lab lab = opened(lab(9, 3, 3));
      lab.b.kill();
      lab.b.start();
      int q = queue;
      lab.b.delivered.clear();
      lab.a.lanPacket(q, Lab.packet(1, 2, 1, 100));
      lab.sim.run(150 * MS);
      lab.a.lanPacket(q, Lab.packet(1, 2, 2, 100));
      lab.sim.run(1_000 * MS);
      assertFalse(lab.b.delivered.isEmpty(), lab.sim::diagram);
      lab.sim.await(5_000 * MS, "up", lab::bothUp);
      everyQueueCarries(lab);
    }
  }

  private static void bulkOnLane1(Lab lab, long serial) {
    lab.a.lanPacket(1, Lab.packet(1, 2, serial, 1_420));
    lab.sim.after(10 * MS, () -> bulkOnLane1(lab, serial + 1));
  }

  /** [LN-9] */
  @Test
  void largeDatagramsOfAnyLaneKeepTheSizeUnderTest() {
    Lab lab = opened(lab(11, 2, 2));
    lab.sim.run(3_000 * MS);
    assertEquals(1_500, lab.a.status(lab.b).size().pathMtu());
    lab.sim.weather.mtu = 1_300;
    lab.sim.run(3_000 * MS);
    assertEquals(1_500, lab.a.status(lab.b).size().pathMtu(), "nothing is sent: nothing is asked");
    lab.b.delivered.clear();
    bulkOnLane1(lab, 1);
    lab.sim.await(1_700 * MS, "delivery", () -> lab.b.delivered.size() > 10);
    lab.sim.await(
        8_000 * MS, "found", () -> lab.a.status(lab.b).size().pathMtuState() == PathMtuState.FOUND);
    assertEquals(1_300, lab.a.status(lab.b).size().pathMtu());
    apart(lab, 1, 1);
  }

  /** [LN-9]: a NAT has several addresses outside, and gives each flow one of them. */
  @Test
  void aLaneBetweenOtherAddressesKeepsToTheBase() {
    Lab lab = lab(12, 2, 2);
    Endpoint outside = new Endpoint(STRANGER.hi(), STRANGER.lo(), 50_001);
    int[] largest = {0};
    lab.sim.tap((from, to, b) -> {
      if (from.equals(lab.a.port(1))) {
        lab.sim.deliver(outside, to, b);
        return null;
      }
      if (to.equals(outside)) {
        largest[0] = Math.max(largest[0], b.length);
        lab.sim.deliver(from, lab.a.port(1), b);
        return null;
      }
      return b;
    });
    opened(lab);
    lab.sim.run(3_000 * MS);
    apart(lab, 1, 1);
    assertEquals(1_500, lab.b.status(lab.a).size().pathMtu());
    largest[0] = 0;
    lab.b.lanPacket(1, Lab.packet(2, 1, 1, 1_420));
    lab.sim.run(100 * MS);
    assertEquals(1, lab.a.delivered.size(), lab.sim::diagram);
    assertTrue(largest[0] > 600, "it went by lane 1");
    assertTrue(largest[0] <= outside.payload(1_280), () -> largest[0] + " bytes");
  }
}
