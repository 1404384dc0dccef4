// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.Bench.CLOSE;
import static org.ipae.tunnel.golden.Bench.COOKIES;
import static org.ipae.tunnel.golden.Bench.FEEDBACK;
import static org.ipae.tunnel.golden.Bench.FRAGMENT;
import static org.ipae.tunnel.golden.Bench.HANDSHAKE;
import static org.ipae.tunnel.golden.Bench.KEEP_OPEN;
import static org.ipae.tunnel.golden.Bench.MS;
import static org.ipae.tunnel.golden.Bench.OBSERVED;
import static org.ipae.tunnel.golden.Bench.PING;
import static org.ipae.tunnel.golden.IndependentPeer.item;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.ipae.tunnel.golden.IndependentPeer.u16;
import static org.ipae.tunnel.golden.IndependentPeer.u32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.golden.Bench.Established;
import org.ipae.tunnel.golden.IndependentPeer.Answer;
import org.ipae.tunnel.golden.IndependentPeer.Cookie;
import org.ipae.tunnel.golden.IndependentPeer.Init;
import org.ipae.tunnel.golden.IndependentPeer.Opened;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.CookieGate.Verdict;
import org.ipae.tunnel.handshake.CookieMint;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message;
import org.junit.jupiter.api.Test;

/** Retransmission, timers and limits of the real host, seen from {@link IndependentPeer}. */
class IndependentRulesTest {

  /** [HS-2] [HS-3] [SU-6]: the times at which a request is repeated, and that its bytes stay. */
  @Test
  void aRequestIsRepeatedByteForByteWithGrowingWaitsThenMadeAnew() {
    Bench b = new Bench(1);
    List<Long> at = new ArrayList<>();
    List<byte[]> sent = new ArrayList<>();
    b.sim.tap((from, to, bytes) -> {
      at.add(b.sim.now());
      sent.add(bytes.clone());
      return bytes;
    });
    b.start(true);
    b.sim.run(7_900 * MS);
    assertTrue(sent.size() >= 4, b.sim::diagram);
    long wait = 300;
    for (int i = 1; i < sent.size(); i++) {
      assertArrayEquals(sent.getFirst(), sent.get(i));
      long ms = (at.get(i) - at.get(i - 1)) / MS;
      // The host's timers run every 100 ms at the latest.
      assertTrue(ms >= wait * 3 / 4 - 1 && ms <= wait * 5 / 4 + 100, "wait " + i + ": " + ms);
      wait = Math.min(5_000, 2 * wait);
    }
    b.sim.run(6_000 * MS);
    assertFalse(Arrays.equals(sent.getFirst(), sent.getLast()), "a new one");
  }

  /** [HS-3] [HS-4] [HS-24] [CK-8] [SU-6] [HS-27] */
  @Test
  void anInitIsRepeatedWholeThenInPartsWithItsEarlyDataThenMadeAnew() {
    Bench b = new Bench(1).start(true);
    b.send(b.peer.answerCookieRequest(b.one(), 1));
    b.host.lanPacket(Lab.packet(2, 9, 1, 100));
    b.sim.run(7_900 * MS);
    List<byte[]> all = b.take();
    List<byte[]> inits = all.stream().filter(m -> m[0] == 3).toList();
    assertEquals(2, inits.size(), b.sim::diagram);
    assertArrayEquals(inits.getFirst(), inits.getLast());
    List<byte[]> parts = all.stream().filter(m -> m[0] == 5).toList();
    assertTrue(parts.size() >= 4 && parts.size() % 2 == 0);
    byte[] init = inits.getFirst();
    for (int i = 0; i < parts.size(); i++) {
      int from = 60 + 638 * (i % 2);
      assertEquals(i % 2, parts.get(i)[3]);
      assertArrayEquals(
          Arrays.copyOfRange(init, from, from + 638), Arrays.copyOfRange(parts.get(i), 60, 698));
      assertArrayEquals(
          Arrays.copyOfRange(init, 4, 60), Arrays.copyOfRange(parts.get(i), 4, 60), "and e");
    }
    List<byte[]> early = all.stream().filter(m -> m[0] < 0).toList();
    assertTrue(early.size() >= 3);
    early.forEach(m -> assertArrayEquals(early.getFirst(), m));
    b.sim.run(2_000 * MS);
    List<byte[]> next = b.handshakes();
    assertEquals(1, next.getFirst()[0], "that cookie was the only one");
    b.send(b.peer.answerCookieRequest(next.getFirst(), 1));
    byte[] fresh = b.handshakes().getLast();
    assertEquals(3, fresh[0]);
    assertNotEquals(
        java.util.HexFormat.of().formatHex(init, 28, 60),
        java.util.HexFormat.of().formatHex(fresh, 28, 60));
  }

  /** [HS-6] [CK-11] */
  @Test
  void twoFirstAnswersAreFollowedAtOnceTheOthersFromTheThirdTransmissionOn() {
    Bench b = new Bench(1).start(true);
    byte[] request = b.one();
    b.send(b.peer.cookieFor(b.peer.bytes(16), 1));
    assertTrue(b.take().isEmpty(), "not its echo");
    b.send(b.peer.answerCookieRequest(request, 1));
    byte[] first = b.one();
    b.send(b.peer.answerCookieRequest(request, 1));
    assertTrue(b.take().isEmpty(), "another answer to the same question");
    b.send(b.peer.cookieFor(Arrays.copyOfRange(first, 28, 44), 1));
    byte[] second = b.one();
    assertEquals(3, second[0]);
    assertFalse(Arrays.equals(first, 8, 24, second, 8, 24), "the new cookie");
    b.send(b.peer.cookieFor(Arrays.copyOfRange(second, 28, 44), 1));
    assertTrue(b.take().isEmpty(), "the first answer to a third message");
    b.sim.run(500 * MS);
    for (byte[] again : b.take()) {
      assertTrue(Arrays.equals(first, again) || Arrays.equals(second, again), "both go on");
    }
    b.sim.run(1_000 * MS);
    long others =
        b.take().stream()
            .filter(m -> m[0] == 3 && !Arrays.equals(first, m) && !Arrays.equals(second, m))
            .map(m -> Arrays.toString(Arrays.copyOfRange(m, 8, 24)))
            .distinct()
            .count();
    assertEquals(2, others, "one INIT for each of the two cookies that were kept");
  }

  /** [HS-6] */
  @Test
  void anAnswerWithoutACommonSuiteOrASaneTimeChangesNothing() {
    Bench b = new Bench(1).start(true);
    byte[] request = b.one();
    byte[] noSuite = b.peer.answerCookieRequest(request, 1);
    noSuite[2] = noSuite[3] = 0;
    byte[] noTime = b.peer.answerCookieRequest(request, 1);
    Arrays.fill(noTime, 68, 72, (byte) 0);
    byte[] forEver = b.peer.answerCookieRequest(request, 1);
    forEver[68] = 1;
    for (byte[] useless : List.of(noSuite, noTime, forEver)) {
      b.send(useless);
      assertTrue(b.take().isEmpty());
    }
    b.send(b.peer.answerCookieRequest(request, 1));
    assertEquals(3, b.one()[0], "the question is still open");
  }

  /** [HS-18] [HS-5] [SU-3] */
  @Test
  void aChangeOfSuitesIsMetByAskingOnceMore() {
    Bench b = new Bench(1);
    b.host.suites = List.of(Suite.X25519_MLKEM768_AES256GCM, Suite.X25519_AES256GCM);
    b.start(true);
    b.send(b.peer.answerCookieRequest(b.one(), 4));
    byte[] init = b.one();
    assertEquals(3, init[2], "the only one in common");
    Opened opened = b.peer.open(init);
    b.send(b.peer.respond(opened, b.peer.payload2(1, 1, false, 5), ""));
    byte[] request = b.one();
    assertEquals(1, request[0]);
    b.send(b.peer.answerCookieRequest(request, 5));
    init = b.one();
    assertEquals(1, init[2], "its own first choice");
    opened = b.peer.open(init);
    assertArrayEquals(u16(5), Arrays.copyOfRange(opened.payload(), 10, 12));
    b.send(b.peer.respond(opened, b.peer.payload2(1, 1, false, 5), ""));
    b.sim.run(10_000 * MS);
    assertTrue(b.take().isEmpty(), "once is enough");
  }

  /** [HS-20] [SS-6] [SS-7] */
  @Test
  void ofCrossingHandshakesTheLowerEphemeralSendsAndBothReceive() {
    boolean[] seen = new boolean[2];
    for (int round = 0; round < 64 && !(seen[0] && seen[1]); round++) {
      Bench b = new Bench(1);
      b.peer.bytes(round);
      b.start(true);
      b.send(b.peer.answerCookieRequest(b.one(), 1));
      byte[] theirs = b.one();
      Init mine = b.init(b.cookie(), 2);
      b.send(mine.bytes());
      Answer answer = IndependentPeer.response(mine, b.one(), "");
      assertNotNull(answer, "a valid INIT is answered while an own one is under way");
      Opened opened = b.peer.open(theirs);
      b.send(b.peer.respond(opened, b.peer.payload2(0, 1, false, 1), ""));
      b.take();
      Established one = new Established(b, opened.noise().split(), false, null);
      Established two = new Established(b, answer, true);
      two.send(item(PING, join(new byte[1], b.peer.bytes(8))));
      b.take();
      b.host.lanPacket(Lab.packet(2, 9, 1, 40));
      byte[] data = b.one();
      boolean lower = Arrays.compareUnsigned(theirs, 28, 60, mine.bytes(), 28, 60) < 0;
      seen[lower ? 0 : 1] = true;
      assertTrue((lower ? one : two).in.carries(data, 0), b.sim::diagram);
      one.send(Lab.packet(9, 2, 1, 40));
      two.send(Lab.packet(9, 2, 2, 40));
      assertEquals(2, b.host.delivered.size());
    }
    assertTrue(seen[0] && seen[1], "either may be the lower one");
  }

  /** [HS-13] [CK-13] */
  @Test
  void publicKeyWorkIsLimitedAndAValidCookieIsNotPunishedForRequests() {
    Bench b = new Bench(3).start(false);
    Cookie c = b.cookie();
    for (int n = 0; n < 200; n++) {
      b.sim.deliver(b.here, b.host.address, b.peer.cookieRequest(b.hostKey, 4));
    }
    b.sim.run(2 * MS);
    b.take();
    for (int n = 0; n < 100; n++) {
      Init i = b.peer.init(3, b.hostKey, c, 4, "", 1, 4, b.peer.bytes(32), 1);
      b.sim.deliver(b.here, b.host.address, i.bytes());
    }
    b.sim.run(2 * MS);
    assertEquals(40, b.take().size());
    assertEquals(60, b.drops(DropReason.HANDSHAKE_LIMITED));
  }

  /** [HS-13] [HS-33] */
  @Test
  void onePeerHasNoMoreThanFourSessionsThatWait() {
    Bench b = new Bench(3).start(false);
    Cookie c = b.cookie();
    int answers = 0;
    for (int n = 0; n < 1_600; n++) {
      Init i = b.peer.init(3, b.hostKey, c, 4 + n * 15 / 4, "", 1);
      b.sim.deliver(b.here, b.host.address, i.bytes());
      b.sim.run(15 * MS / 4);
      answers += b.take().size();
      int ids = b.host.shared.sessions().size();
      assertTrue(
          ids <= 4 * (Limits.IDS_AHEAD + 2), () -> ids + " connection ids, one of them early");
    }
    assertTrue(answers <= 8 + 4 * 6, answers + " answers in 6 s");
    Init last = b.peer.init(3, b.hostKey, c, 6_004, "", 1);
    b.sim.run(1_000 * MS);
    b.take();
    b.send(last.bytes());
    Answer answer = IndependentPeer.response(last, b.one(), "");
    assertNotNull(answer, "the newest is answered");
    new Established(b, answer, true).send(item(PING, join(new byte[1], b.peer.bytes(8))));
    assertTrue(
        b.host.control.status(b.host.clock(), 0, 1).getFirst().up(), "and becomes a session");
  }

  /** [CK-2]: another gate with the same secrets admits what the first one issued. [HS-12] */
  @Test
  void cookiesNeedNoMemoryAndStrikesAreNotForgotten() {
    IndependentPeer peer = new IndependentPeer(5);
    X25519KeyPair key = X25519KeyPair.generate(new Stream("gate key"));
    CookieGate issuer = gate(key, 1);
    CookieGate other = gate(key, 1);
    Endpoint here = Lab.endpoint(9, false);
    byte[] request = peer.cookieRequest(key.publicKey(), 4);
    Message m = Codec.decode(request, 0, request.length);
    Verdict issued = issuer.request(1_000, (Message.CookieRequest) m, here);
    Cookie c =
        IndependentPeer.cookieResponse(
            ((Verdict.Respond) issued).response(), Arrays.copyOfRange(request, 4, 20));
    byte[] init = peer.init(3, key.publicKey(), c, 10, "", 1).bytes();
    Message first = Codec.decode(init, 0, init.length);
    Verdict v = other.init(1_010, (Message.Init) first, here);
    CookieGate.Admission a = assertInstanceOf(Verdict.Admit.class, v).admission();
    other.accepted(1_010, a, new byte[128]);
    assertInstanceOf(Verdict.Repeat.class, other.init(1_020, (Message.Init) first, here));
    byte[] more = peer.init(3, key.publicKey(), c, 10, "", 1).bytes();
    v = other.init(1_020, (Message.Init) Codec.decode(more, 0, more.length), here);
    assertEquals(DropReason.STRIKE_FULL, assertInstanceOf(Verdict.Respond.class, v).refused());
  }

  private static CookieGate gate(X25519KeyPair key, int strikes) {
    Stream entropy = new Stream("two gates");
    return new CookieGate(
        List.of(new HostIdentity(key, List.of())),
        4,
        new CookieMint(1_000, HandshakeLimits.COOKIE_TTL, entropy),
        new HandshakeBudget(strikes, 1 << 20, 1 << 20),
        entropy);
  }

  /** [CK-10] [IT-8] [HS-1] [SS-19] */
  @Test
  void theNewestOfThreeCookiesOpensTheNextSession() {
    Bench b = new Bench(1).start(true);
    Established s = b.answered();
    byte[] four = new byte[0];
    byte[][] tags = new byte[4][];
    for (int i = 0; i < 4; i++) {
      byte[] second = b.peer.payload2(0, 1, true, 1);
      tags[i] = Arrays.copyOfRange(second, 4, 20);
      four = join(four, Arrays.copyOfRange(second, 4, 56));
    }
    s.send(item(COOKIES, join(u16(1), four)));
    s.send(item(CLOSE, new byte[1]));
    b.take();
    b.sim.run(5_000 * MS);
    assertTrue(b.take().isEmpty(), "no attempt within 15 s of a CLOSE");
    b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    byte[] init = b.take().getFirst();
    assertEquals(3, init[0], "but at once for a packet, and without asking");
    assertArrayEquals(tags[2], Arrays.copyOfRange(init, 8, 24));
    assertNotNull(b.peer.open(init));
  }

  /** [CK-9] */
  @Test
  void aCookieIsForgottenWithTheAddressItWasLearntAt() {
    Bench b = new Bench(1).start(true);
    Established s = b.answered();
    s.send(item(CLOSE, new byte[1]));
    b.host.control.ownPathChanged(b.sim.now(), Set.of(Lab.endpoint(200, true)));
    b.take();
    b.sim.run(16_000 * MS);
    b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    assertEquals(1, b.handshakes().getFirst()[0]);
  }

  /** [SS-7]: a superseded session receives as long as it is used, and 30 s more. */
  @Test
  void aSupersededSessionReceivesAsLongAsItIsUsed() {
    Bench b = new Bench(1).start(false);
    Established old = b.establish();
    Established fresh = b.establish();
    for (int i = 0; i < 3; i++) {
      b.sim.run(25_000 * MS);
      old.send(Lab.packet(9, 2, i, 40));
      fresh.send(Lab.packet(9, 2, 10 + i, 40));
    }
    assertEquals(6, b.host.delivered.size());
    b.sim.run(31_000 * MS);
    old.send(Lab.packet(9, 2, 4, 40));
    assertEquals(6, b.host.delivered.size());
  }

  /** [SS-15] [SS-16] [SS-17] [SS-18] [SS-13] [HS-2] [TM-3] */
  @Test
  void aSessionWhoseExchangeFailsEndsAtItsAge() {
    Bench b = new Bench(1);
    b.host.timing = Timing.rekeyEvery(12_000);
    b.start(true);
    Established s = b.answered();
    s.send(Lab.packet(9, 2, 1, 40));
    s.send(item(HANDSHAKE, join(new byte[] {1}, b.peer.bytes(4), b.peer.bytes(1308))));
    s.send(item(HANDSHAKE, join(new byte[] {2}, b.peer.bytes(4), b.peer.bytes(1208))));
    int handshakes = 0;
    for (int ms = 0; ms < 17_500; ms += 500) {
      b.sim.run(500 * MS);
      b.take().stream().filter(m -> m[0] < 0).forEach(m -> assertNotNull(s.in.open(m)));
      s.send(Lab.packet(9, 2, 1, 40));
      for (byte[] m : b.take()) {
        handshakes += m[0] == 3 ? 1 : 0;
      }
      if (ms < 15_000) {
        assertEquals(0, handshakes, "not before 15.5 s");
      }
    }
    b.sim.run(1_000 * MS);
    b.take();
    b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    assertTrue(b.take().stream().noneMatch(m -> s.in.carries(m, 0)), "over at 18 s");
    s.send(Lab.packet(9, 2, 1, 40));
    int delivered = b.host.delivered.size();
    b.sim.run(15_000 * MS);
    s.send(Lab.packet(9, 2, 1, 40));
    assertEquals(delivered + 1, b.host.delivered.size(), "still received");
    b.sim.run(31_000 * MS);
    s.send(Lab.packet(9, 2, 1, 40));
    assertEquals(delivered + 1, b.host.delivered.size(), "gone 30 s after its last datagram");
  }

  /** [SS-20] */
  @Test
  void silenceIsProbedTwiceAndThenThePeerIsDead() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    b.sim.run(1_000 * MS);
    b.take();
    b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    b.take();
    b.sim.run(8_500 * MS);
    assertEquals(2, s.items().stream().filter(i -> i[0] == PING).count());
    assertTrue(b.host.control.status(b.sim.now(), 0, 1).getFirst().up());
    b.sim.run(1_500 * MS);
    assertFalse(b.host.control.status(b.sim.now(), 0, 1).getFirst().up());
    assertEquals(1, b.handshakes().getFirst()[0], "a full handshake");
    s.send(Lab.packet(9, 2, 1, 60));
    b.sim.run(200 * MS);
    assertFalse(b.host.control.status(b.sim.now(), 0, 1).getFirst().up(), "it may not hear");
    byte[][] asked = b.take().stream().filter(m -> m[0] < 0).toArray(byte[][]::new);
    byte[] ping = s.only(s.itemsOf(asked), PING);
    s.send(item(PING, join(new byte[] {1}, Arrays.copyOfRange(ping, 1, 9))));
    b.sim.run(200 * MS);
    assertTrue(b.host.control.status(b.sim.now(), 0, 1).getFirst().up(), "it speaks again");
  }

  /** [SS-21] [IT-14] [IT-6] */
  @Test
  void aNatIsKeptOpenAndNothingElse() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    b.sim.run(10_100 * MS);
    b.send(b.peer.answerCookieRequest(b.asked.getFirst(), b.bit()));
    b.sim.run(50_000 * MS);
    assertTrue(b.take().isEmpty(), "an idle session is silent");
    assertEquals(1, b.asked.size());
    for (int i = 0; i < 10; i++) {
      s.send(Lab.packet(9, 2, i, 60));
      b.sim.run(300 * MS);
    }
    long feedback = s.items().stream().filter(i -> i[0] == FEEDBACK).count();
    assertTrue(feedback >= 2 && feedback <= 4, "in three seconds: " + feedback);
    byte[] outside = join(Lab.endpoint(50, false).address(), u16(7));
    s.send(item(OBSERVED, outside));
    assertTrue(pings(s, 12_000) <= 2, "the last FEEDBACK wants a sign of life");
    assertEquals(0, pings(s, 15_000));
    assertEquals(1, pings(s, 13_000));
  }

  /** [SS-27] [IT-17] */
  @Test
  void aPeerThatCannotBeCalledIsTold() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    b.sim.run(17_100 * MS);
    assertEquals(3, b.asked.size());
    assertEquals(128, b.asked.getFirst().length);
    b.asked.forEach(q -> assertArrayEquals(b.asked.getFirst(), q));
    assertArrayEquals(new byte[] {1}, s.only(s.items(), KEEP_OPEN));
    s.send(item(KEEP_OPEN, new byte[] {1})); // both may be behind such a firewall
    assertEquals(1, pings(s, 26_000));
    s.send(item(KEEP_OPEN, new byte[] {0}));
    assertEquals(0, pings(s, 60_000));
  }

  /** Answers the PINGs of a time. */
  private static int pings(Established s, int ms) {
    int count = 0;
    for (int at = 0; at < ms; at += 500) {
      s.bench.sim.run(500 * MS);
      for (byte[] i : s.items()) {
        if (i[0] == PING && i[3] == 0) {
          count++;
          s.send(item(PING, join(new byte[] {1}, Arrays.copyOfRange(i, 4, 12))));
        }
      }
    }
    return count;
  }

  /** [DT-4] [DT-5] */
  @Test
  void theWindowSpans8192CountersAndForgeriesChangeNothing() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    byte[] p = Lab.packet(9, 2, 1, 60);
    b.send(s.out.seal(p, 0, 10_000));
    b.send(s.out.seal(p, 0, 10_000 - 8_191));
    b.send(s.out.seal(p, 0, 10_000 - 8_192));
    assertEquals(2, b.host.delivered.size());
    byte[] forged = s.out.seal(p, 0, 10_001);
    forged[forged.length - 1] ^= 1;
    b.sendFrom(new Endpoint(b.here.hi(), b.here.lo(), 9), forged);
    b.take();
    b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    assertEquals(1, b.take().size());
    b.send(s.out.seal(p, 0, 10_001));
    assertEquals(3, b.host.delivered.size());
    assertEquals(1, b.drops(DropReason.FORGED));
    assertEquals(1, b.drops(DropReason.REPLAYED));
  }

  /** [IT-13] [TM-2] */
  @Test
  void piecesAreBoundedInNumberAndTime() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    byte[] p = Lab.packet(9, 2, 1, 60);
    for (int id = 0; id < 17; id++) {
      s.send(item(FRAGMENT, join(u32(id), u16(60), u16(0), Arrays.copyOf(p, 30))));
    }
    assertEquals(1, b.drops(DropReason.BAD_FRAGMENT));
    b.sim.run(2_100 * MS);
    s.send(item(FRAGMENT, join(u32(0), u16(60), u16(30), Arrays.copyOfRange(p, 30, 60))));
    assertTrue(b.host.delivered.isEmpty());
  }

  /** [DT-9]: the largest datagram of the path, and no larger one. */
  @Test
  void fullPaddingFillsThePathExactly() {
    Bench b = new Bench(1);
    b.padding = Padding.FULL;
    b.start(false);
    Established s = b.establish();
    b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    b.host.lanPacket(Lab.packet(2, 9, 1, 1_440));
    b.host.lanPacket(Lab.packet(2, 9, 1, 1_500));
    List<byte[]> sent = b.take();
    assertEquals(4, sent.size());
    sent.forEach(m -> {
      assertEquals(1_500 - 28, m.length);
      assertNotNull(s.in.open(m));
    });
  }

  /** [GN-5]: hosts whose clocks differ by ten years. */
  @Test
  void clocksThatDifferChangeNothing() {
    Lab lab = new Lab(4);
    lab.b.clockOffset = 10L * 365 * 86_400 * 1_000 * MS;
    lab.up();
    lab.a.lanPacket(Lab.packet(1, 2, 1, 60));
    lab.sim.run(500 * MS);
    assertEquals(1, lab.b.delivered.size());
  }
}
