// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** What a peer may do changes while sessions and cookies of before are there. [SS-25] [CK-4] */
class PolicyTest {
  private static final int DATA = -1;
  private static final Suite CLASSICAL = Suite.X25519_AES256GCM;
  private static final Suite HYBRID = Suite.X25519_MLKEM768_AES256GCM;

  /** b cannot call; a prefers the classical suite where it is permitted. */
  private static Lab lab(long seed) {
    Lab lab = new Lab(seed);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.a.suites = List.of(CLASSICAL, HYBRID);
    lab.b.suites = List.of(HYBRID, CLASSICAL);
    return lab;
  }

  private static void configure(SimHost host, SimPeer peer) {
    host.peers.set(0, peer);
    host.control.configure(
        host.clock(), SimPeer.configs(host.peers), SimPeer.endpoints(host.peers), Map.of());
    host.drain();
  }

  private static String suite(SimHost host, SimHost peer) {
    return host.status(peer).session().suite();
  }

  private static List<Integer> types(Lab lab) {
    List<Integer> out = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      out.add(Math.max(DATA, bytes[0]));
      return bytes;
    });
    return out;
  }

  @Test
  void aSessionThatIsTooWeakForANewPolicyEndsOnBothSidesAndAStrongerOneFollows() {
    Lab lab = lab(801).up();
    assertEquals(CLASSICAL.configName(), suite(lab.b, lab.a));
    lab.sim.run(1_000 * MS);
    configure(lab.a, lab.a.peers.getFirst().requiringPq());
    assertNotEquals(CLASSICAL.configName(), suite(lab.a, lab.b));
    lab.sim.run(lab.sim.weather.delay + MS);
    assertFalse(lab.b.status(lab.a).up(), "b has been told");
    lab.sim.await(1_000 * MS, "up", lab::bothUp);
    assertEquals(HYBRID.configName(), suite(lab.a, lab.b));
    assertEquals(HYBRID.configName(), suite(lab.b, lab.a));
  }

  @Test
  void aResponderThatRequiresMoreEndsTheSessionAndCallsByASuiteThatItPermits() {
    Lab lab = lab(802).up();
    lab.sim.run(1_000 * MS);
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    configure(lab.b, lab.b.peers.getFirst().requiringPq());
    lab.sim.run(lab.sim.weather.delay + MS);
    assertFalse(lab.a.status(lab.b).up());
    assertFalse(lab.b.status(lab.a).up());
    lab.sim.await(1_000 * MS, "up", lab::bothUp);
    assertEquals(HYBRID.configName(), suite(lab.b, lab.a));
  }

  @Test
  void aStrongSessionStaysWhereAStrongOneIsRequired() {
    Lab lab = lab(803);
    lab.a.suites = List.of(HYBRID);
    lab.up();
    lab.sim.run(1_000 * MS);
    long sessions = lab.a.status(lab.b).session().sessions();
    configure(lab.a, lab.a.peers.getFirst().requiringPq());
    lab.sim.run(5_000 * MS);
    assertTrue(lab.bothUp());
    assertEquals(sessions, lab.a.status(lab.b).session().sessions());
    assertTrue(lab.a.status(lab.b).contact().cookies() > 0, "its cookies stay as well");
  }

  @Test
  void cookiesOfAClassicalSessionAreForgottenByReload() {
    Lab lab = lab(804).up();
    lab.sim.run(300_000 * MS); // the session ends
    assertTrue(lab.a.status(lab.b).contact().cookies() > 0);
    configure(lab.a, lab.a.peers.getFirst().requiringPq());
    assertEquals(0, lab.a.status(lab.b).contact().cookies());
    List<Integer> types = types(lab);
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    lab.sim.await(1_000 * MS, "delivery", () -> !lab.b.delivered.isEmpty());
    assertEquals(List.of(MessageType.COOKIE_REQUEST), types.subList(0, 1));
    int resp = types.indexOf(MessageType.RESP);
    assertTrue(types.indexOf(DATA) > resp, "nothing goes early: " + types);
  }

  @Test
  void cookiesOfAClassicalSessionAreNotUsedAfterARestartThatRequiresMore() {
    Lab lab = lab(805).up();
    lab.sim.run(2_000 * MS);
    lab.a.kill();
    assertFalse(lab.a.disk.get(lab.b.publicKey()).cookies().isEmpty());
    lab.a.peers.set(0, lab.a.peers.getFirst().requiringPq());
    List<Integer> types = types(lab);
    lab.a.start();
    lab.sim.await(1_000 * MS, "up", () -> lab.a.status(lab.b).up());
    assertEquals(List.of(MessageType.COOKIE_REQUEST), types.subList(0, 1));
    assertEquals(HYBRID.configName(), suite(lab.a, lab.b));
  }

  @Test
  void anInitThatIsUnderWayMakesNoSessionThatANewPolicyForbids() {
    for (boolean vhost : new boolean[] {false, true}) {
      Lab lab = lab(806);
      lab.b.vhosts = List.of("one.example", "two.example");
      lab.a.peers.set(0, lab.a.peers.getFirst().asking("one.example"));
      List<Integer> types = types(lab);
      lab.start();
      lab.sim.await(1_000 * MS, "RESP is on its way", () -> types.contains(MessageType.RESP));
      SimPeer p = lab.a.peers.getFirst();
      configure(lab.a, vhost ? p.asking("two.example") : p.requiringPq());
      lab.sim.run(lab.sim.weather.delay + MS);
      assertFalse(lab.a.status(lab.b).up());
      lab.sim.await(1_000 * MS, "up", lab::bothUp);
      assertEquals((vhost ? CLASSICAL : HYBRID).configName(), suite(lab.a, lab.b));
    }
  }

  @Test
  void aSessionWithAnotherVirtualHostThanIsWantedNowEndsAlsoIfItIsARekeyedOne() {
    Lab lab = lab(807);
    lab.b.vhosts = List.of("one.example", "two.example");
    lab.a.peers.set(0, lab.a.peers.getFirst().asking("one.example"));
    lab.up();
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.run(140_000 * MS); // with a rekey
    flow.stop();
    lab.sim.run(1_000 * MS);
    List<Integer> types = types(lab);
    configure(lab.a, lab.a.peers.getFirst().asking("two.example"));
    lab.sim.run(lab.sim.weather.delay + MS);
    assertFalse(lab.b.status(lab.a).up(), "b has been told");
    lab.sim.await(1_000 * MS, "up", lab::bothUp);
    assertTrue(types.contains(MessageType.INIT), "by a full handshake");
    // Nothing changes if the file says the same again.
    long sessions = lab.a.status(lab.b).session().sessions();
    configure(lab.a, lab.a.peers.getFirst());
    lab.sim.run(2_000 * MS);
    assertEquals(sessions, lab.a.status(lab.b).session().sessions());
  }
}
