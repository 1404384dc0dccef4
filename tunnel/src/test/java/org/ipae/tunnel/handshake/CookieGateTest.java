// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

class CookieGateTest {
  private static final Endpoint HERE = Lab.endpoint(1, false);
  private static final Suite SMALL = Suite.X25519_AES256GCM;

  private final SimEntropy entropy = new SimEntropy(11);
  private final X25519KeyPair server = X25519KeyPair.generate(entropy);
  private final X25519KeyPair client = X25519KeyPair.generate(entropy);

  private CookieGate gate(int strikes) {
    return new CookieGate(
        List.of(new HostIdentity(server, List.of())),
        7,
        new CookieMint(0, HandshakeLimits.COOKIE_TTL, entropy),
        new HandshakeBudget(strikes, 1 << 20, 1 << 20),
        entropy);
  }

  private Init init(Cookie cookie, long age) {
    Initiator.Wish wish =
        new Initiator.Wish(client, PublicKey.of(server.publicKey()), SMALL, 7, 1, "", false);
    return new Init(new Initiator(wish, cookie, age, entropy).init(), SMALL);
  }

  private static void refused(DropReason reason, CookieGate.Verdict v) {
    assertEquals(reason, assertInstanceOf(CookieGate.Verdict.Respond.class, v).refused());
  }

  @Test
  void theAgeMustFitWithinTenSecondsAndItsDrift() {
    long issued = 100_000;
    for (long age : new long[] {20_000, 3_600_000}) {
      long tolerance = HandshakeLimits.tolerance(age);
      long[] off = {-tolerance - 1, -tolerance, 0, tolerance, tolerance + 1};
      for (long d : off) {
        CookieGate gate = gate(16);
        Init init = init(gate.issue(issued, HERE, Strength.POST_QUANTUM), age);
        CookieGate.Verdict v = gate.init(issued + age + d, init, HERE);
        if (Math.abs(d) > tolerance) {
          refused(DropReason.COOKIE_AGE, v);
        } else {
          assertInstanceOf(CookieGate.Verdict.Admit.class, v);
        }
      }
    }
  }

  @Test
  void anInitIsRememberedAsLongAsItsAgeWouldStillBeAccepted() {
    long issued = 100_000;
    long age = 60_000;
    long tolerance = HandshakeLimits.tolerance(age);
    CookieGate gate = gate(16);
    Init init = init(gate.issue(issued, HERE, Strength.POST_QUANTUM), age);
    long earliest = issued + age - tolerance;
    CookieGate.Verdict.Admit admit =
        assertInstanceOf(CookieGate.Verdict.Admit.class, gate.init(earliest, init, HERE));
    byte[] resp = new byte[1];
    gate.accepted(earliest, admit.admission(), resp);
    for (long t = earliest; t <= earliest + 2 * tolerance + 2; t += t < 140_000 ? 997 : 1) {
      gate.strikes.full(t); // forgets what is over
      CookieGate.Verdict v = gate.init(t, init, HERE);
      assertTrue(!(v instanceof CookieGate.Verdict.Admit), "admitted again at " + (t - earliest));
    }
  }

  @Test
  void aRepeatFromElsewhereGetsNothingAndOneFromTheSamePortTheRespUntilItIsSettled() {
    CookieGate gate = gate(16);
    Init init = init(gate.issue(0, HERE, Strength.POST_QUANTUM), 0);
    CookieGate.Verdict.Admit admit =
        assertInstanceOf(CookieGate.Verdict.Admit.class, gate.init(1, init, HERE));
    gate.accepted(1, admit.admission(), new byte[] {42});
    var repeat = assertInstanceOf(CookieGate.Verdict.Repeat.class, gate.init(2, init, HERE));
    assertEquals(42, repeat.resp()[0]);
    Endpoint otherPort = new Endpoint(HERE.hi(), HERE.lo(), 9);
    assertEquals(
        new CookieGate.Verdict.Drop(DropReason.STRIKE_REPEATED), gate.init(2, init, otherPort));
    refused(DropReason.COOKIE_MAC, gate.init(2, init, Lab.endpoint(2, false)));
    gate.stored().settle(admit.admission().strike());
    assertEquals(new CookieGate.Verdict.Drop(DropReason.STRIKE_REPEATED), gate.init(3, init, HERE));
  }

  @Test
  void aFullRegisterAdmitsNothingNewUntilTimeHasPassed() {
    CookieGate gate = gate(3);
    for (int i = 0; i < 3; i++) {
      var admit =
          assertInstanceOf(
              CookieGate.Verdict.Admit.class,
              gate.init(1, init(gate.issue(0, HERE, Strength.POST_QUANTUM), 0), HERE));
      gate.accepted(1, admit.admission(), new byte[1]);
    }
    refused(
        DropReason.STRIKE_FULL,
        gate.init(2, init(gate.issue(2, HERE, Strength.POST_QUANTUM), 0), HERE));
    long later = 2 + 2 * HandshakeLimits.tolerance(0);
    assertInstanceOf(
        CookieGate.Verdict.Admit.class,
        gate.init(later, init(gate.issue(later, HERE, Strength.POST_QUANTUM), 0), HERE));
    assertEquals(0, gate.strikes.size());
  }

  @Test
  void oneInTunnelTagAdmitsFewInitsAndAnotherTagIsNotHurt() {
    CookieGate gate = gate(1_000);
    Cookie one = gate.issue(0, HERE, Strength.POST_QUANTUM);
    int admitted = 0;
    for (int i = 0; i < 100; i++) {
      admitted += gate.init(1, init(one, 0), HERE) instanceof CookieGate.Verdict.Admit ? 1 : 0;
    }
    assertEquals(2 * HandshakeLimits.HANDSHAKES_PER_TAG, admitted);
    assertInstanceOf(
        CookieGate.Verdict.Admit.class,
        gate.init(1, init(gate.issue(0, HERE, Strength.POST_QUANTUM), 0), HERE));
  }

  @Test
  void anAlteredInitLeavesNoTraceInBucketsAndRegister() {
    CookieGate gate = gate(16);
    Init init = init(gate.issue(0, HERE, Strength.POST_QUANTUM), 0);
    for (int i = 0; i < 1_000; i++) {
      byte[] altered = init.bytes().clone();
      altered[60 + i % (init.mac1() - 60)] ^= (byte) (1 + i / (init.mac1() - 60));
      assertEquals(
          new CookieGate.Verdict.Drop(DropReason.INIT_ALTERED),
          gate.init(1, new Init(altered, SMALL), HERE));
    }
    assertEquals(0, gate.strikes.size());
    assertInstanceOf(CookieGate.Verdict.Admit.class, gate.init(1, init, HERE));
  }

  @Test
  void whoDoesNotKnowTheKeyGetsSilence() {
    CookieGate gate = gate(16);
    Init init = init(gate.issue(0, HERE, Strength.POST_QUANTUM), 0);
    init.bytes()[init.mac1()] ^= 1;
    assertEquals(new CookieGate.Verdict.Drop(DropReason.UNREADABLE), gate.init(1, init, HERE));
  }

  /** The limit is looked at before the MAC, and used up only behind it. */
  @Test
  void requestsOfThoseWhoDoNotKnowTheKeyLeaveTheLimitsAlone() {
    CookieGate gate = gate(16);
    byte[] good = new byte[Sizes.COOKIE_REQUEST];
    good[0] = MessageType.COOKIE_REQUEST;
    try (Mac1 mac1 = new Mac1(PublicKey.of(server.publicKey()))) {
      mac1.write(good, CookieRequest.MAC1, CookieRequest.MAC1);
    }
    byte[] bad = good.clone();
    bad[CookieRequest.MAC1] ^= 1;
    for (int i = 0; i < 100_000; i++) {
      assertEquals(
          new CookieGate.Verdict.Drop(DropReason.UNREADABLE),
          gate.request(1, new CookieRequest(bad), HERE));
    }
    for (int i = 0; i < 2 * HandshakeLimits.RESPONSES_PER_SOURCE; i++) {
      assertInstanceOf(
          CookieGate.Verdict.Respond.class, gate.request(1, new CookieRequest(good), HERE));
    }
  }
}
