// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** Static keys change: of a peer, and of the host itself. [SS-22] [SS-23] [SS-24] */
class KeysTest {
  private static final long MINUTE = 60_000 * MS;

  private static X25519KeyPair pair(long seed) {
    return X25519KeyPair.generate(new SimEntropy(seed));
  }

  private static PublicKey key(X25519KeyPair pair) {
    return PublicKey.of(pair.publicKey());
  }

  private static void configure(SimHost host, SimPeer peer) {
    host.peers.set(0, peer);
    host.control.configure(
        host.clock(), SimPeer.configs(host.peers), SimPeer.endpoints(host.peers), Map.of());
    host.drain();
  }

  @Test
  void aHostChangesItsKeyUnderTrafficAndNoPacketIsLost() {
    Lab lab = new Lab(901);
    X25519KeyPair next = pair(902);
    lab.b.peers.set(0, lab.b.peers.getFirst().pinned(lab.a.publicKey(), key(next)));
    lab.up();
    Flow flow = Flow.start(lab, 20 * MS);
    lab.sim.run(2_000 * MS);
    lab.a.control.hostKeys(lab.a.clock(), HostKeys.Wanted.only(next));
    lab.sim.run(30_000 * MS);
    assertEquals(key(next), lab.b.status(lab.a).keys().getFirst(), "before the next rekey");
    SimPeer only = lab.b.peers.getFirst().pinned(key(next));
    configure(lab.b, only);
    long sessions = lab.b.status(lab.a).session().sessions();
    lab.sim.run(5 * MINUTE);
    flow.stop();
    lab.sim.run(2_000 * MS);
    assertTrue(flow.atB().containsAll(flow.sentByA), "a to b");
    assertTrue(flow.atA().containsAll(flow.sentByB), "b to a");
    assertTrue(lab.b.status(lab.a).session().sessions() > sessions + 1, "rekeys go on");
    assertEquals(List.of(), lab.a.retired, "the old key is answered for ten minutes");
    lab.sim.run(HostKeys.OVERLAP * MS);
    assertEquals(List.of(lab.a.key), lab.a.retired);
    assertTrue(lab.bothUp() || lab.a.status(lab.b).liveness().state() == Why.IDLE);
  }

  @Test
  void aPeerThatDoesNotKnowTheNewKeyIsCalledUnderTheOldOneAtOnce() {
    Lab lab = new Lab(903).start();
    lab.sim.await(5_000 * MS, "up", lab::bothUp);
    X25519KeyPair next = pair(904);
    lab.a.control.hostKeys(lab.a.clock(), HostKeys.Wanted.only(next));
    lab.b.kill();
    lab.sim.run(2_000 * MS);
    lab.b.disk.clear();
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.sim.run(20_000 * MS);
    assertFalse(lab.a.status(lab.b).up());
    lab.b.start();
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    long from = lab.sim.now();
    lab.sim.await(30_000 * MS, "refused", () -> drops(lab.b, DropReason.POLICY) > 0);
    assertTrue(lab.sim.now() - from < 10_000 * MS);
    long refused = lab.sim.now();
    lab.sim.await(5_000 * MS, "up under the old key", lab::bothUp);
    assertTrue(lab.sim.now() - refused < 500 * MS, "no pause after the refusal");
    assertEquals(lab.a.publicKey(), lab.b.status(lab.a).keys().getFirst());
    // The peer learns the new key later: the session goes over to it.
    configure(lab.b, lab.b.peers.getFirst().pinned(lab.a.publicKey(), key(next)));
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.await(
        MINUTE, "the new key", () -> lab.b.status(lab.a).keys().getFirst().equals(key(next)));
    flow.stop();
    lab.sim.run(2_000 * MS);
    assertTrue(flow.atB().containsAll(flow.sentByA));
  }

  private static long drops(SimHost host, DropReason reason) {
    return host.shared.counters().drops(reason);
  }

  @Test
  void ofSeveralKeysTheLastProvenIsCalledFirstAndTheOthersJoin() {
    Lab lab = new Lab(905);
    PublicKey gone = key(pair(906));
    lab.a.peers.set(0, lab.a.peers.getFirst().pinned(gone, lab.b.publicKey()));
    List<Integer> first = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      if (from.equals(lab.a.address) && bytes[0] == MessageType.COOKIE_REQUEST) {
        first.add(bytes.length);
      }
      return bytes;
    });
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.start();
    lab.sim.await(2_000 * MS, "up by the second key", lab::bothUp);
    assertEquals(3, first.size(), "one to the first key, then one to each");
    assertEquals(lab.b.publicKey(), lab.a.status(lab.b).keys().getFirst());
    lab.a.kill();
    lab.b.kill();
    lab.b.start();
    lab.a.start();
    first.clear();
    lab.sim.await(2_000 * MS, "up again", lab::bothUp);
    assertEquals(0, drops(lab.b, DropReason.UNREADABLE), "the proven key is called first");
  }

  @Test
  void aRefusalByOneKeyIsShownAlsoIfAnotherKeyDoesNotAnswer() {
    Lab lab = new Lab(916);
    PublicKey gone = key(pair(917));
    lab.a.peers.set(0, lab.a.peers.getFirst().pinned(gone, lab.b.publicKey()));
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint().pinned(key(pair(918))));
    lab.start();
    for (int i = 0; i < 10; i++) {
      lab.sim.run(5_000 * MS);
      if (i > 3) {
        assertEquals(Why.POLICY, lab.a.status(lab.b).liveness().state());
      }
    }
    assertTrue(drops(lab.b, DropReason.POLICY) < 20, "a refusal is not asked for again at once");
  }

  @Test
  void aKeyWithdrawnFromThePeerEndsItsSessionsAndTheOtherKeyGoesOn() {
    Lab lab = new Lab(907);
    X25519KeyPair next = pair(908);
    lab.b.peers.set(0, lab.b.peers.getFirst().pinned(lab.a.publicKey(), key(next)));
    lab.up();
    configure(lab.b, lab.b.peers.getFirst().pinned(key(next)));
    lab.sim.run(200 * MS);
    assertFalse(lab.a.status(lab.b).up(), "the peer is told");
    lab.sim.run(5_000 * MS);
    assertFalse(lab.b.status(lab.a).up());
    assertEquals(0, lab.a.shared.sessions().size());
    lab.a.control.hostKeys(lab.a.clock(), HostKeys.Wanted.only(next));
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    lab.sim.await(20_000 * MS, "up under the new key", lab::bothUp);
  }

  @Test
  void aKeyThatReachesItsEndIsNotRekeyedAndThePeerIsDownWithThatReason() {
    Lab lab = new Lab(909);
    long end = lab.b.clock() / MS + 60_000;
    PeerKey limited = new PeerKey(lab.a.publicKey(), PeerKey.Origin.PINNED, end, 0, 0);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint().keys(limited));
    lab.up();
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.run(59_000 * MS);
    assertTrue(lab.bothUp());
    lab.sim.run(30_000 * MS);
    assertTrue(lab.b.status(lab.a).up(), "a session lives on until its next rekey");
    lab.sim.run(150_000 * MS);
    flow.stop();
    assertFalse(lab.b.status(lab.a).up());
    assertEquals(Why.NO_KEY, lab.b.status(lab.a).liveness().state());
    assertTrue(drops(lab.b, DropReason.POLICY) > 0, "neither rekeys nor INITs are answered");
  }

  @Test
  void aRenamedPeerKeepsItsSession() {
    Lab lab = new Lab(910).up();
    long sessions = lab.a.status(lab.b).session().sessions();
    SimPeer p = lab.a.peers.getFirst();
    configure(
        lab.a,
        new SimPeer(
            "other", p.keys(), p.endpoint(), p.routes(), "", 0, true, false, p.padding(), 0));
    lab.sim.run(1_000 * MS);
    assertTrue(lab.b.status(lab.a).up());
    assertEquals(
        sessions, lab.a.control.status(lab.a.clock(), 0, 1).getFirst().session().sessions());
  }

  @Test
  void aCallUnderAKeyThatIsRetiredMeanwhileEndsAndUsesItNoMore() {
    X25519KeyPair next = pair(912);
    for (int ahead = 4; ahead <= 12; ahead++) {
      Lab lab = new Lab(911);
      lab.a.erasesKeys = true;
      lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
      lab.a.start();
      lab.sim.run(1_000 * MS);
      lab.a.control.hostKeys(lab.a.clock(), HostKeys.Wanted.only(next));
      lab.sim.run((HostKeys.OVERLAP - ahead * 1_000) * MS);
      lab.sim.weather.delay = 1_500 * MS;
      lab.b.start();
      lab.sim.run(30_000 * MS);
      assertEquals(List.of(lab.a.key), lab.a.retired);
      assertTrue(drops(lab.b, DropReason.POLICY) > 0, "the new key was tried");
    }
  }

  @Test
  void ofTwoKeysTheOneWithdrawnTakesTheSessionAndTheOtherIsCalledAtOnce() {
    Lab lab = new Lab(913);
    X25519KeyPair next = pair(914);
    lab.b.peers.set(0, lab.b.peers.getFirst().pinned(lab.a.publicKey(), key(next)));
    lab.up();
    lab.a.control.hostKeys(lab.a.clock(), HostKeys.Wanted.only(next));
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.await(
        15_000 * MS, "the new key", () -> lab.b.status(lab.a).keys().getFirst().equals(key(next)));
    // The administrator rolls back: the session that the old key had made is only superseded.
    configure(lab.b, lab.b.peers.getFirst().pinned(lab.a.publicKey()));
    lab.sim.await(3_000 * MS, "up again under the old key", lab::bothUp);
    flow.stop();
    assertEquals(lab.a.publicKey(), lab.b.status(lab.a).keys().getFirst());
  }

  @Test
  void afterItsShutdownAHostCallsNobodyAndUsesNoKey() {
    Lab lab = new Lab(915).up();
    lab.a.erasesKeys = true;
    lab.a.control.shutdown(lab.a.clock());
    List<Integer> types = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      types.add((int) bytes[0]);
      return bytes;
    });
    for (int i = 0; i < 5; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, i, 100));
      lab.sim.run(300 * MS);
    }
    assertFalse(types.contains(MessageType.INIT), types::toString);
    assertFalse(types.contains(MessageType.COOKIE_REQUEST), types::toString);
  }
}
