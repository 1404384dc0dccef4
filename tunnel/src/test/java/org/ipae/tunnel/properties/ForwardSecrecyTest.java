// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.sim.SimHost;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/**
 * Property 14: who has both static private keys and a full recording, but not M, cannot open an
 * INIT made under a cookie that was delivered inside a tunnel. The documented limit: an INIT made
 * under a COOKIE_RESPONSE, which is in the clear, opens.
 */
class ForwardSecrecyTest {

  /** Every 32 bytes in the clear that could be a cookie key, and none. */
  private static List<byte[]> candidates(Recording recording) {
    List<byte[]> out = new ArrayList<>();
    out.add(new byte[Sizes.COOKIE_KEY]);
    for (Recording.Datagram d : recording.all) {
      int end = d.type() == MessageType.COOKIE_RESPONSE ? d.bytes().length : 64;
      for (int at = 0; at + Sizes.COOKIE_KEY <= Math.min(end, d.bytes().length); at++) {
        out.add(Arrays.copyOfRange(d.bytes(), at, at + Sizes.COOKIE_KEY));
      }
    }
    return out;
  }

  /** Payload 1 of an INIT, read as the responder, or null. */
  private static byte[] open(Lab lab, byte[] init, byte[] cookieKey) {
    byte[] prologue = Arrays.copyOf("IPAE1".getBytes(), 5 + Sizes.INIT_HEAD);
    System.arraycopy(init, 0, prologue, 5, Sizes.INIT_HEAD);
    Suite suite = Suite.byId(init[Init.SUITE]);
    Secret psk = Secret.take(new HmacSha256(cookieKey).mac("ipae1 psk".getBytes()));
    try (HandshakeState noise =
        new HandshakeState(
            suite.noiseName(),
            false,
            prologue,
            lab.b.key,
            null,
            null,
            List.of(psk),
            new SimEntropy(1))) {
      byte[] payload = new byte[Sizes.INIT_PAYLOAD];
      int length = init.length - Sizes.INIT_HEAD - Sizes.INIT_MACS;
      return noise.readMessage(init, Init.NOISE, length, payload, 0) == payload.length
              && Arrays.equals(noise.remoteStatic(), lab.a.key.publicKey())
          ? payload
          : null;
    }
  }

  @Test
  void anInitUnderAnInTunnelCookieStaysClosedToWhoHasTheStaticKeys() {
    Lab lab = Corpus.oneSided(1_401);
    Recording r = Recording.of(lab.sim);
    lab.up();
    lab.sim.run(300_000 * MS);
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100)); // an INIT under the cookie of the RESP or an item
    lab.sim.run(1_000 * MS);
    List<Recording.Datagram> inits = r.ofType(MessageType.INIT);
    assertEquals(2, inits.size());
    byte[] first = inits.get(0).bytes();
    byte[] second = inits.get(1).bytes();

    byte[] response = r.first(MessageType.COOKIE_RESPONSE).bytes();
    byte[] key =
        Arrays.copyOfRange(response, CookieResponse.KEY, CookieResponse.KEY + Sizes.COOKIE_KEY);
    assertTrue(open(lab, first, key) != null, "the limit: a cookie in the clear is no secret");

    List<byte[]> candidates = candidates(r);
    assertTrue(candidates.stream().anyMatch(k -> Arrays.equals(k, key)));
    for (byte[] candidate : candidates) {
      assertFalse(open(lab, second, candidate) != null, "opened under a key from the recording");
    }
    System.out.printf("property 14: %d keys tried%n", candidates.size());
  }

  private static void requirePq(SimHost host) {
    SimPeer p = host.peers.getFirst();
    host.peers.set(
        0,
        new SimPeer(
            p.name(), p.keys(), p.endpoint(), p.routes(), "", 0, true, true, p.padding(), 1500));
  }

  /** Round trips until the first packet is delivered at b, and how many DATA went before RESP. */
  private static long[] firstPacket(Lab lab) {
    Recording r = Recording.of(lab.sim);
    lab.b.delivered.clear();
    long start = lab.sim.now();
    lab.a.lanPacket(Lab.packet(1, 2, 1, 100));
    lab.sim.await(5_000 * MS, "delivery", () -> !lab.b.delivered.isEmpty());
    long trips = (lab.sim.now() - start) / (2 * lab.sim.weather.delay);
    lab.sim.run(1_000 * MS);
    assertEquals(1, lab.b.delivered.size(), lab.sim::diagram);
    long resp = r.first(MessageType.RESP).at();
    long early = r.all.stream().filter(d -> d.isData() && d.at() <= resp).count();
    return new long[] {trips, early};
  }

  @Test
  void whoDemandsPostQuantumSecrecySendsEarlyDataOnlyUnderAnInTunnelCookie() {
    Lab lab = Corpus.oneSided(1_402);
    requirePq(lab.a);
    requirePq(lab.b);
    lab.start();
    assertArrayEquals(new long[] {2, 0}, firstPacket(lab), lab.sim.diagram());
    lab.sim.run(700_000 * MS); // a session, its rekey, and their end
    assertArrayEquals(new long[] {0, 1}, firstPacket(lab), lab.sim.diagram());
  }

  @Test
  void whoDemandsPostQuantumSecrecyAcceptsEarlyDataOnlyUnderAnInTunnelCookie() {
    Lab lab = Corpus.oneSided(1_403);
    requirePq(lab.b);
    lab.start();
    assertArrayEquals(new long[] {2, 1}, firstPacket(lab), lab.sim.diagram());
    lab.sim.run(700_000 * MS); // a session, its rekey, and their end
    assertArrayEquals(new long[] {0, 1}, firstPacket(lab), lab.sim.diagram());
  }
}
