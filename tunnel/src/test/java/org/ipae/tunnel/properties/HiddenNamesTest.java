// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.CookieMint;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Responder;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Property 4: an INIT shows neither which virtual host is asked for nor who asks. */
class HiddenNamesTest {
  private static final String[] NAMES = {"mail.example", "a-rather-longer-name.tenant.example"};
  private static final int EPHEMERAL_TOP = Sizes.INIT_HEAD + Sizes.KEY - 1;

  private final SimEntropy entropy = new SimEntropy(401);
  private final X25519KeyPair server = X25519KeyPair.generate(entropy);
  private final X25519KeyPair client = X25519KeyPair.generate(entropy);
  private final Endpoint here = Lab.endpoint(1, false);

  private CookieGate gate(HostIdentity identity) {
    return new CookieGate(
        List.of(identity),
        7,
        new CookieMint(1_000, HandshakeLimits.COOKIE_TTL, entropy),
        new HandshakeBudget(64, 1 << 20, 1 << 20),
        entropy);
  }

  private Initiator initiator(Suite suite, Cookie cookie, String name, boolean anonymous) {
    X25519KeyPair s = anonymous ? X25519KeyPair.generate(entropy) : client;
    PublicKey responder = PublicKey.of(server.publicKey());
    return new Initiator(
        new Initiator.Wish(s, responder, suite, 7, 1, name, anonymous), cookie, 0, entropy);
  }

  private List<byte[]> inits(CookieGate gate, Suite suite, String name, boolean anonymous, int n) {
    List<byte[]> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      try (Initiator init =
          initiator(suite, gate.issue(2_000, here, Strength.POST_QUANTUM), name, anonymous)) {
        out.add(init.init());
      }
    }
    return out;
  }

  private static void uniform(List<byte[]> inits, int bins, String what) {
    int length = inits.getFirst().length;
    for (int at = 4; at < length; at++) {
      long[] seen = new long[at == EPHEMERAL_TOP ? bins / 2 : bins];
      for (byte[] b : inits) {
        assertEquals(length, b.length, what);
        // The top bit of an X25519 key is always zero: 31 bytes and 7 bits of it look random.
        seen[(b[at] & 0xff) % seen.length]++;
      }
      double x = Uniformity.chiSquare(seen);
      assertTrue(
          Uniformity.plausible(x, seen.length - 1),
          what + ", position " + at + ": chi-square " + x);
    }
  }

  private static void nothingRepeats(List<byte[]> inits) {
    int length = inits.getFirst().length;
    long[] windows = new long[inits.size() * (length - 7 - 4)];
    int n = 0;
    for (byte[] b : inits) {
      for (int at = 4; at + 8 <= length; at++) {
        windows[n++] = BigEndian.u64(b, at);
      }
    }
    Arrays.sort(windows, 0, n);
    for (int i = 1; i < n; i++) {
      assertNotEquals(windows[i - 1], windows[i], "8 bytes repeat");
    }
  }

  @Test
  void initsToTwoNamesIdentifiedOrNotDifferInRandomLookingBytesOnly() {
    CookieGate gate = gate(new HostIdentity(server, List.of(NAMES)));
    for (Suite suite : List.of(Corpus.CLASSICAL, Corpus.HYBRID)) {
      int each = suite.hybrid() ? 512 : 2_048;
      List<byte[]> all = new ArrayList<>();
      for (String name : NAMES) {
        for (boolean anonymous : new boolean[] {false, true}) {
          List<byte[]> inits = inits(gate, suite, name, anonymous, each);
          uniform(inits, suite.hybrid() ? 32 : 128, name + ", anonymous " + anonymous);
          all.addAll(inits);
        }
      }
      uniform(all, 256, "all");
      byte[] head = Arrays.copyOf(all.getFirst(), 4);
      all.forEach(b -> assertEquals(0, Arrays.compare(head, 0, 4, b, 0, 4)));
      nothingRepeats(all);
    }
  }

  private static void swapNames(HostIdentity identity) throws ReflectiveOperationException {
    @SuppressWarnings("unchecked")
    Map<Long, String> names =
        (Map<Long, String>) Reachable.value(HostIdentity.class.getDeclaredField("names"), identity);
    names.replaceAll((_, n) -> n.isEmpty() ? n : n.equals(NAMES[0]) ? NAMES[1] : NAMES[0]);
  }

  private boolean makesSession(HostIdentity identity) {
    CookieGate gate = gate(identity);
    Initiator asking =
        initiator(Corpus.HYBRID, gate.issue(2_000, here, Strength.POST_QUANTUM), NAMES[0], false);
    Message.Init init = (Message.Init) Codec.decode(asking.init(), 0, asking.init().length);
    CookieGate.Verdict.Admit admit = (CookieGate.Verdict.Admit) gate.init(2_000, init, here);
    Responder responder = Responder.open(admit.admission(), entropy);
    assertNotNull(responder);
    assertNotNull(responder.vhost());
    byte[] resp =
        responder
            .respond(
                new Payloads.Second(
                    Payloads.Status.OK,
                    1,
                    false,
                    7,
                    gate.issue(2_000, here, Strength.POST_QUANTUM),
                    3_600))
            .resp();
    return asking.read((Message.Resp) Codec.decode(resp, 0, resp.length)) != null;
  }

  @Test
  void aSelectorThatMeansAnotherNameAtTheResponderMakesNoSession()
      throws ReflectiveOperationException {
    HostIdentity right = new HostIdentity(server, List.of(NAMES));
    assertTrue(makesSession(right));
    HostIdentity colliding = new HostIdentity(server, List.of(NAMES));
    swapNames(colliding);
    assertFalse(makesSession(colliding));
  }

  @Test
  void aPeerWhoseNameIsTakenForAnotherNeverComesUp() throws ReflectiveOperationException {
    for (boolean collide : new boolean[] {false, true}) {
      Lab lab = Corpus.oneSided(402);
      lab.b.vhosts = List.of(NAMES);
      SimPeer p = lab.a.peers.getFirst();
      lab.a.peers.set(
          0,
          new SimPeer(
              p.name(),
              p.keys(),
              p.endpoint(),
              p.routes(),
              NAMES[0],
              0,
              true,
              false,
              p.padding(),
              1500));
      lab.b.start();
      if (collide) {
        swapNames(Reachable.find(lab.b.control, HostIdentity.class).getFirst());
      }
      lab.a.start();
      lab.sim.run(20_000 * MS);
      assertEquals(!collide, lab.a.status(lab.b).up());
      assertEquals(!collide, lab.b.status(lab.a).up());
    }
  }

  @Test
  void anUnknownNameIsRefusedInARespOfTheUsualSize() {
    Lab lab = Corpus.oneSided(403);
    SimPeer p = lab.a.peers.getFirst();
    lab.a.peers.set(
        0,
        new SimPeer(
            p.name(),
            p.keys(),
            p.endpoint(),
            p.routes(),
            "nobody.example",
            0,
            true,
            false,
            p.padding(),
            1500));
    Recording r = Recording.of(lab.sim);
    lab.start();
    lab.sim.run(1_000 * MS);
    assertEquals(Sizes.RESP_HYBRID, r.first(4).bytes().length);
    assertNull(lab.a.status(lab.b).session().suite());
    assertEquals(org.ipae.tunnel.peer.Why.VHOST, lab.a.status(lab.b).liveness().state());
  }
}
