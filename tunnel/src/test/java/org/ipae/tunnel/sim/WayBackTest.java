// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** A branch (a) behind a firewall that lets in answers only, and its hub (b). [SS-27] [IT-17] */
class WayBackTest {
  private static final long REMEMBERS = 30_000 * MS;
  private static final int QUESTIONS = 3;

  /** The firewall: what came out, from where to where, and when last. */
  private static final class Firewall {
    private record Flow(Endpoint inside, Endpoint outside) {}

    final Map<Flow, Long> flows = new HashMap<>();
    boolean open;
    long sent;
    long refused;

    Firewall(Lab lab) {
      lab.sim.tap((from, to, bytes) -> {
        long now = lab.sim.now();
        if (from.sameAddress(lab.a.address)) {
          flows.put(new Flow(from, to), now);
          sent++;
          return bytes;
        }
        Long last = flows.get(new Flow(to, from));
        if (open || (last != null && now - last <= REMEMBERS)) {
          return bytes;
        }
        refused++;
        return null;
      });
    }
  }

  private static Lab branch(long seed) {
    Lab lab = new Lab(seed);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    return lab;
  }

  private static int arrives(Lab lab) {
    int before = lab.a.delivered.size();
    lab.b.lanPacket(Lab.packet(2, 1, 7, 100));
    lab.sim.run(2_000 * MS);
    return lab.a.delivered.size() - before;
  }

  @Test
  void theHubReachesAnIdleBranchThroughItsFirewall() {
    for (int seed = 1; seed <= 20; seed++) {
      Lab lab = branch(seed);
      Firewall wall = new Firewall(lab);
      lab.start();
      lab.sim.await(5_000 * MS, "up", lab::bothUp);
      lab.sim.run(20_000 * MS);
      assertEquals(QUESTIONS, wall.refused, "questions from the other port");
      for (int idle = 0; idle < 5; idle++) {
        lab.sim.run(400_000 * MS); // longer than a session lives
        assertEquals(1, arrives(lab), lab.sim::diagram);
      }
    }
  }

  @Test
  void aBranchWithoutFirewallStaysSilent() {
    Lab lab = branch(4);
    Firewall wall = new Firewall(lab);
    wall.open = true;
    lab.start();
    lab.sim.await(5_000 * MS, "up", lab::bothUp);
    lab.sim.run(300_000 * MS);
    long sent = wall.sent;
    lab.sim.run(600_000 * MS);
    assertEquals(sent, wall.sent, "an idle peer costs nothing");
    assertEquals(1, arrives(lab));
  }

  @Test
  void aFirewallThatOpensIsNoticedAndOneRestartOfTheBranchIsNot() {
    Lab lab = branch(5);
    Firewall wall = new Firewall(lab);
    lab.start();
    lab.sim.await(5_000 * MS, "up", lab::bothUp);
    lab.sim.run(20_000 * MS);
    lab.a.stop();
    lab.a.start();
    lab.sim.await(20_000 * MS, "up again", lab::bothUp);
    lab.sim.run(300_000 * MS);
    assertTrue(lab.bothUp(), "told again");
    wall.open = true;
    lab.sim.run(1_000_000 * MS);
    long sent = wall.sent;
    lab.sim.run(600_000 * MS);
    assertEquals(sent, wall.sent, "keeps nothing open any more");
  }

  @Test
  void theAnswerIsNoCookieOfTheNextCall() {
    Lab lab = branch(6);
    int[] questions = new int[1];
    lab.sim.tap((from, to, bytes) -> {
      questions[0] +=
          bytes[0] == MessageType.COOKIE_REQUEST && from.sameAddress(lab.b.address) ? 1 : 0;
      return bytes;
    });
    lab.start();
    lab.sim.await(5_000 * MS, "up", lab::bothUp);
    lab.sim.run(11_000 * MS);
    assertEquals(1, questions[0]);
    assertEquals(1, lab.b.status(lab.a).contact().cookies(), "that of the session alone");
  }
}
