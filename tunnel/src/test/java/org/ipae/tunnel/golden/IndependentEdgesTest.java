// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.Bench.CHALLENGE;
import static org.ipae.tunnel.golden.Bench.FEEDBACK;
import static org.ipae.tunnel.golden.Bench.MS;
import static org.ipae.tunnel.golden.Bench.RESPONSE;
import static org.ipae.tunnel.golden.IndependentPeer.item;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.tunnel.golden.Bench.Established;
import org.ipae.tunnel.golden.IndependentPeer.Answer;
import org.ipae.tunnel.golden.IndependentPeer.Init;
import org.ipae.tunnel.golden.IndependentPeer.Lane;
import org.ipae.tunnel.golden.IndependentPeer.Opened;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;

/** What a second implementation had to guess, because PROTOCOL.md did not say it. */
class IndependentEdgesTest {

  /** [CK-1] */
  @Test
  void aRequestForACookieIsAnsweredWhateverSuitesItNames() {
    Bench b = new Bench(1).start(false);
    for (int suites : new int[] {0, 4, 0xffff}) {
      byte[] request = b.peer.cookieRequest(b.hostKey, suites);
      b.send(request);
      byte[] echo = Arrays.copyOfRange(request, 4, 20);
      assertEquals(b.bit(), IndependentPeer.cookieResponse(b.one(), echo).suites());
    }
  }

  /** [CK-17] */
  @Test
  void aHostCallsItsPeersWithoutAPacketAndDoesNotGiveUp() {
    Bench b = new Bench(1).start(true);
    List<byte[]> requests = new ArrayList<>();
    for (int s = 0; s < 60; s++) {
      b.sim.run(1_000 * MS);
      b.take().stream()
          .filter(m -> requests.stream().noneMatch(r -> Arrays.equals(r, m)))
          .forEach(requests::add);
    }
    requests.forEach(m -> assertEquals(1, m[0]));
    assertTrue(requests.size() >= 7 && requests.size() <= 8, "in a minute: " + requests.size());
    assertEquals(0, b.host.delivered.size());
  }

  /** [HS-8]: a key that is known is accepted, whatever the flag says; an unknown one is not. */
  @Test
  void theAnonymousFlagDoesNotChangeWhatAKeyIsAllowed() {
    Bench b = new Bench(1).start(false);
    Init known = b.peer.init(1, b.hostKey, b.cookie(), 2, "", 1, 1, b.peer.privateKey, 1);
    b.send(known.bytes());
    assertEquals(0, IndependentPeer.response(known, b.one(), "").status());
    Init unknown = b.peer.init(1, b.hostKey, b.cookie(), 2, "", 1, 1, b.peer.bytes(32), 1);
    b.send(unknown.bytes());
    assertEquals(2, IndependentPeer.response(unknown, b.one(), "").status());
  }

  /** [HS-15] */
  @Test
  void lanesOutsideTheRangeAreTakenAsTheNearestNumberThatIsPossible() {
    assertEquals(1, lanesTakenFor(0));
    assertEquals(1, lanesTakenFor(1));
    assertEquals(2, lanesTakenFor(2));
    assertEquals(3, lanesTakenFor(17));
    assertEquals(3, lanesTakenFor(127));
    Bench b = new Bench(1).start(false);
    Init none = b.peer.init(1, b.hostKey, b.cookie(), 2, "", 0);
    b.send(none.bytes());
    assertEquals(1, IndependentPeer.response(none, b.one(), "").lanes());
  }

  /** The lanes of the session that a host with three makes when payload 2 says {@code lanes}. */
  private static int lanesTakenFor(int lanes) {
    Bench b = new Bench(1);
    b.host.lanes = 3;
    b.start(true);
    b.send(b.peer.answerCookieRequest(b.one(), 1));
    Opened opened = b.peer.open(b.one());
    assertEquals(3, opened.payload()[8]);
    b.send(b.peer.respond(opened, b.peer.payload2(0, lanes, true, 1), ""));
    return b.host.control.status(b.sim.now(), 0, 1).getFirst().session().lanes();
  }

  /** [HS-25] at the initiator. */
  @Test
  void dataThatOvertakesItsRespIsHeldToo() {
    Bench b = new Bench(1).start(true);
    b.send(b.peer.answerCookieRequest(b.one(), 1));
    Opened opened = b.peer.open(b.one());
    byte[] resp = b.peer.respond(opened, b.peer.payload2(0, 1, true, 1), "");
    Lane out = new Lane(1, opened.noise().split()[1], 0, null);
    byte[] packet = Lab.packet(9, 2, 1, 100);
    b.send(out.seal(packet, 0));
    b.sim.run(50 * MS);
    assertTrue(b.host.delivered.isEmpty());
    b.send(resp);
    assertEquals(1, b.host.delivered.size(), b.sim::diagram);
    assertArrayEquals(packet, b.host.delivered.getFirst());
  }

  /** [SS-8]: at once, about 100 a second, and the datagram is held all the same. */
  @Test
  void anUnknownIdIsAnsweredAtOnceEvenIfItsDatagramIsHeld() {
    Bench b = new Bench(1).start(false);
    Init i = b.init(b.cookie(), 2);
    Lane early = new Lane(1, i.earlySecret(), 0, i.earlyId());
    b.send(early.seal(Lab.packet(9, 2, 1, 100), 0));
    byte[] told = b.one();
    assertEquals(6, told[0]);
    assertArrayEquals(i.earlyId(), Arrays.copyOfRange(told, 4, 12));
    b.send(i.bytes());
    assertEquals(1, b.host.delivered.size());
    b.take();
    b.sim.run(10_000 * MS);
    int answers = 0;
    long start = b.sim.now();
    for (int n = 0; n < 500; n++) {
      b.send(join(new byte[] {(byte) 0x80}, b.peer.bytes(40)));
      b.sim.run(6 * MS); // so that the 16 ids in 100 ms that a thread reports do not count here
      answers += (int) b.take().stream().filter(m -> m[0] == 6).count();
    }
    // Of its own and of those that are drawn: full buckets, then the rates.
    long most = 10 + 100 + (5 + 100) * (b.sim.now() - start) / (1_000 * MS);
    assertTrue(answers > 300 && answers <= most, answers + " answers to 500, not " + most);
  }

  /** [SS-9] */
  @Test
  void anUnknownIdWithAnEarlyIdIsIgnored() {
    Bench b = new Bench(1).start(true);
    b.send(b.peer.answerCookieRequest(b.one(), 1));
    Opened opened = b.peer.open(b.one());
    b.host.lanPacket(Lab.packet(2, 9, 1, 100));
    b.sim.run(2 * MS);
    assertArrayEquals(opened.earlyId(), Arrays.copyOf(b.one(), 8));
    b.send(join(new byte[] {6, 1, 0, 0}, opened.earlyId()));
    b.sim.run(100 * MS);
    assertTrue(b.take().isEmpty(), "no other handshake");
    b.send(b.peer.respond(opened, b.peer.payload2(0, 1, true, 1), ""));
    assertTrue(b.host.control.status(b.sim.now(), 0, 1).getFirst().up());
  }

  /** [IT-10] [PA-14]: by the path of the challenge, and by that of the session. */
  @Test
  void aChallengeIsAnsweredOnItsPathAndOnThatOfTheSession() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    List<Endpoint> to = new ArrayList<>();
    b.sim.tap((from, where, bytes) -> {
      boolean ofSession = s.in.carries(bytes, 0) || s.in.carries(bytes, 1);
      byte[] plain = ofSession ? s.in.open(bytes) : null;
      if (plain != null && plain[0] == RESPONSE) {
        to.add(where);
      }
      return bytes;
    });
    Endpoint elsewhere = new Endpoint(b.here.hi(), b.here.lo(), 9);
    b.sendFrom(elsewhere, s.out.seal(item(CHALLENGE, b.peer.bytes(8)), 0));
    assertTrue(to.contains(elsewhere), b.sim::diagram);
    assertTrue(to.contains(b.here), b.sim::diagram);
    b.sim.run(5_000 * MS);
    b.take();
    b.send(s.out.seal(item(RESPONSE, b.peer.bytes(8)), 0));
    assertTrue(b.take().isEmpty(), "a token that nobody has sent");
  }

  /** [IT-6] and the meaning of the fields. */
  @Test
  void lossIsCountedFromTheStartOfALaneAndShrinksWhenADatagramIsLate() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish(); // counter 0
    byte[] late = s.out.seal(Lab.packet(9, 2, 1, 60), 0); // counter 1
    s.send(Lab.packet(9, 2, 2, 60)); // counter 2
    assertEquals(1, lost(s));
    b.sim.run(3_000 * MS);
    s.items();
    s.send(Lab.packet(9, 2, 3, 60));
    assertEquals(1, lost(s), "not since the last FEEDBACK");
    b.send(late);
    assertEquals(0, lost(s));
  }

  private static int lost(Established s) {
    s.bench.sim.run(1_500 * MS);
    byte[] value = s.only(s.items(), FEEDBACK);
    assertEquals(17, value.length);
    return ByteBuffer.wrap(value).getInt(5);
  }

  /** [TM-3] */
  @Test
  void agesOfARekeyScaleWithItsIntervalAndAgesOfReceivingDoNot() {
    Timing twelve = Timing.rekeyEvery(12_000);
    Timing standard = Timing.standard();
    assertEquals(standard.rekeyGrace() / 10, twelve.rekeyGrace());
    assertEquals(standard.sendUntil() / 10, twelve.sendUntil());
    assertEquals(standard.receiveAfter(), twelve.receiveAfter());
    Bench b = new Bench(1);
    b.host.timing = twelve;
    b.start(false);
    Established s = b.establish();
    b.sim.run(25_000 * MS);
    s.send(Lab.packet(9, 2, 1, 60));
    assertEquals(1, b.host.delivered.size(), "received after the end of sending");
  }

  /** The smallest RESP that a refused initiator can read has no session behind it. [HS-17] */
  @Test
  void aRefusalLeavesNothingToSendOn() {
    Bench b = new Bench(3);
    b.known = false;
    b.start(false);
    Init i = b.init(b.cookie(), 2);
    b.send(i.bytes());
    Answer answer = IndependentPeer.response(i, b.one(), "");
    assertNotNull(answer);
    assertEquals(2, answer.status());
    assertNull(answer.traffic());
    assertFalse(answer.early());
    assertEquals(0, b.host.shared.sessions().size());
  }

  /**
   * Each session asks for itself: what is said inside another one proves nothing. [PA-2] [IT-10]
   */
  @Test
  void aChallengeIsNotAnsweredByAnotherSessionOfTheSamePeer() {
    Bench b = new Bench(1).start(false);
    Established before = b.establish();
    b.sim.run(200 * MS);
    b.take();
    Established s = b.establish();
    Endpoint port = new Endpoint(b.here.hi(), b.here.lo(), 4_000);
    List<byte[]> asked = new ArrayList<>();
    b.sim.tap((from, to, bytes) -> {
      if (to.equals(port) && s.in.carries(bytes, 1)) {
        List<byte[]> items = new ArrayList<>();
        Bench.split(s.in.open(bytes), items);
        items.stream().filter(n -> n[0] == CHALLENGE).forEach(asked::add);
      }
      return bytes;
    });
    b.sendFrom(port, s.out.seal(Lab.packet(9, 2, 1, 40), 0));
    byte[] token = Arrays.copyOfRange(asked.getFirst(), 3, 11);
    b.sendFrom(port, before.out.seal(item(RESPONSE, token), 0));
    b.sim.run(1_000 * MS);
    assertEquals(b.here.toString(), endpoint(b));
    b.sendFrom(port, s.out.seal(item(RESPONSE, token), 0));
    b.sim.run(1_000 * MS);
    assertEquals(port.toString(), endpoint(b));
  }

  private static String endpoint(Bench b) {
    return b.host.control.status(b.sim.now(), 0, 1).getFirst().road().endpoint();
  }
}
