// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.Bench.CHALLENGE;
import static org.ipae.tunnel.golden.Bench.CLOSE;
import static org.ipae.tunnel.golden.Bench.COOKIES;
import static org.ipae.tunnel.golden.Bench.EARLY;
import static org.ipae.tunnel.golden.Bench.FRAGMENT;
import static org.ipae.tunnel.golden.Bench.HANDSHAKE;
import static org.ipae.tunnel.golden.Bench.MS;
import static org.ipae.tunnel.golden.Bench.OBSERVED;
import static org.ipae.tunnel.golden.Bench.PING;
import static org.ipae.tunnel.golden.Bench.RESPONSE;
import static org.ipae.tunnel.golden.Bench.split;
import static org.ipae.tunnel.golden.IndependentPeer.item;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.ipae.tunnel.golden.IndependentPeer.u16;
import static org.ipae.tunnel.golden.IndependentPeer.u32;
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
import org.ipae.crypto.Suite;
import org.ipae.crypto.independent.IndependentIk;
import org.ipae.tunnel.golden.Bench.Established;
import org.ipae.tunnel.golden.IndependentPeer.Answer;
import org.ipae.tunnel.golden.IndependentPeer.Cookie;
import org.ipae.tunnel.golden.IndependentPeer.Init;
import org.ipae.tunnel.golden.IndependentPeer.Lane;
import org.ipae.tunnel.golden.IndependentPeer.Opened;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real host against {@link IndependentPeer}, in both roles and all suites; and what the
 * responder answers to a peer that does not keep the rules. Golden bytes of our own would agree
 * with our own mistakes; these do not.
 */
class IndependentPeerTest {

  /**
   * [CK-1] [DG-3] [HS-15] [HS-16] [HS-19] [HS-21] [HS-22] [HS-26] [SS-4] [KD-1] [DT-1] [DT-6]
   * [IT-5] [IT-8] [SS-12] [SS-13] [SS-14] [IT-7] [HS-28]
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theOtherInitiatesToThisHost(int suite) {
    Bench b = new Bench(suite).start(false);
    Cookie cookie = b.cookie();
    b.sim.run(1_000 * MS);
    Init init = b.peer.init(suite, b.hostKey, cookie, 1_002, "", 5);
    Lane early = new Lane(suite, init.earlySecret(), 0, init.earlyId());
    byte[] ping = item(PING, join(new byte[1], b.peer.bytes(8)));
    byte[] first = Lab.packet(9, 2, 1, 100);
    b.send(init.bytes());
    b.send(early.seal(join(ping, first, new byte[7]), 0));
    assertEquals(1, b.host.delivered.size(), b.sim::diagram);
    assertArrayEquals(first, b.host.delivered.getFirst());
    Answer answer = IndependentPeer.response(init, b.one(), "");
    assertNotNull(answer);
    assertEquals(0, answer.status());
    assertEquals(1, answer.lanes());
    assertTrue(answer.early());
    assertEquals(b.bit(), answer.suites());
    assertFalse(
        b.host.control.status(b.sim.now(), 0, 1).getFirst().up(), "early data confirms nothing");

    Established s = new Established(b, answer, true);
    s.send(ping);
    List<byte[]> said = s.items();
    byte[] pong = s.only(said, PING);
    assertEquals(1, pong[0]);
    assertArrayEquals(Arrays.copyOfRange(ping, 4, 12), Arrays.copyOfRange(pong, 1, 9));
    byte[] cookies = s.only(said, COOKIES);
    assertEquals(2 + 52, cookies.length);
    assertArrayEquals(u16(b.bit()), Arrays.copyOf(cookies, 2));
    byte[] observed = s.only(said, OBSERVED);
    assertArrayEquals(join(b.here.address(), u16(1138)), observed);

    // Data both ways, a connection id ahead, a replay.
    byte[] second = Lab.packet(9, 2, 2, 61);
    byte[] datagram = s.out.seal(second, 2);
    b.send(datagram);
    b.send(datagram);
    assertEquals(2, b.host.delivered.size());
    assertArrayEquals(second, b.host.delivered.getLast());
    assertEquals(1, b.drops(DropReason.REPLAYED));
    byte[] back = Lab.packet(2, 9, 3, 333);
    b.host.lanPacket(back);
    assertArrayEquals(back, s.items().stream().filter(i -> i[0] == 0x45).findFirst().orElseThrow());

    // The early lane still takes a late datagram, until the initiator asks. [HS-36] [IT-16]
    b.send(early.seal(Lab.packet(9, 2, 4, 50), 0));
    assertEquals(3, b.host.delivered.size());
    byte[] late = early.seal(Lab.packet(9, 2, 14, 50), 0);
    byte[] question = item(EARLY, join(new byte[1], init.earlyId(), u16(0)));
    s.send(question);
    byte[] map = join(new byte[] {1}, init.earlyId(), u16(3));
    assertArrayEquals(map, s.only(s.items(), EARLY));
    b.send(late);
    assertEquals(6, b.one()[0], "UNKNOWN_ID");
    s.send(question);
    assertArrayEquals(map, s.only(s.items(), EARLY));
    assertEquals(3, b.host.delivered.size());
    s.send(item(EARLY, join(new byte[1], new byte[8], u16(0))));
    assertArrayEquals(join(new byte[] {1}, new byte[10]), s.only(s.items(), EARLY));

    // The next INIT, under the cookie that came inside.
    Init again = b.init(answer.next(), 30);
    b.send(again.bytes());
    assertNotNull(IndependentPeer.response(again, b.one(), ""));

    // An exchange inside the session; its answer is repeated.
    IndependentIk noise = b.peer.rekey(suite, true, s.trafficIr, 0x01020304, b.hostKey);
    byte[] payload1 = join(new byte[8], new byte[] {1, 0}, u16(b.bit()));
    byte[] ask = item(HANDSHAKE, join(new byte[] {1}, u32(0x01020304), noise.write(payload1)));
    s.send(ask);
    byte[] reply = s.only(s.items(), HANDSHAKE);
    s.send(ask);
    assertArrayEquals(reply, s.only(s.items(), HANDSHAKE));
    assertArrayEquals(join(new byte[] {2}, u32(0x01020304)), Arrays.copyOf(reply, 5));
    byte[] payload2 = noise.read(Arrays.copyOfRange(reply, 5, reply.length));
    assertNotNull(payload2);
    assertEquals(0, payload2[0]);
    Established child = new Established(b, noise.split(), true, null);
    child.send(ping);
    child.only(child.items(), PING);
    byte[] third = Lab.packet(9, 2, 5, 70);
    child.send(third);
    assertArrayEquals(third, b.host.delivered.getLast());
    b.host.lanPacket(back);
    assertFalse(child.items().isEmpty());
  }

  /**
   * [HS-1] [HS-5] [HS-7] [HS-31] [SS-1] [SS-5] [SS-11] [CK-8] [HS-23] [HS-27] [DG-5] [DG-6] [GN-2]
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void thisHostInitiatesToTheOther(int suite) {
    Bench b = new Bench(suite);
    b.host.timing = Timing.rekeyEvery(10_000);
    b.start(true);
    byte[] request = b.one();
    byte[] response = b.peer.answerCookieRequest(request, b.bit());
    assertNotNull(response);
    assertArrayEquals(u16(b.bit()), Arrays.copyOfRange(request, 2, 4));
    b.send(response);
    byte[] init = b.one();
    Opened opened = b.peer.open(init);
    assertNotNull(opened, b.sim::diagram);
    assertArrayEquals(b.hostKey, opened.s());
    assertTrue(opened.age() <= 10, () -> "age " + opened.age());
    assertArrayEquals(join(new byte[8], new byte[] {1, 0}, u16(b.bit())), opened.payload());

    // A packet goes out as early data; a RESP with flags, or one that does not open, does nothing.
    byte[] waits = Lab.packet(2, 9, 1, 100);
    b.host.lanPacket(waits);
    b.sim.run(2 * MS);
    Lane early = new Lane(suite, opened.earlySecret(), 0, opened.earlyId());
    byte[] sent = b.one();
    assertTrue(early.carries(sent, 0));
    List<byte[]> items = new ArrayList<>();
    split(early.open(sent), items);
    assertArrayEquals(waits, items.getFirst());
    int announced = b.bit() | 0x20; // another one, which this host does not have
    byte[] resp = b.peer.respond(opened, b.peer.payload2(0, 1, false, announced), "");
    byte[] flagged = resp.clone();
    flagged[3] = 1;
    b.send(flagged);
    byte[] spoilt = resp.clone();
    spoilt[resp.length - 1] ^= 1;
    b.send(spoilt);
    assertTrue(b.take().isEmpty());
    b.send(resp);

    // It confirms at once, and sends the packet again: early data was not accepted.
    Established s = new Established(b, opened.noise().split(), false, null);
    List<byte[]> said = s.items();
    byte[] ping = s.only(said, PING);
    assertEquals(0, ping[0]);
    assertEquals(54, s.only(said, COOKIES).length);
    assertArrayEquals(waits, said.stream().filter(i -> i[0] == 0x45).findFirst().orElseThrow());
    s.send(item(PING, join(new byte[] {1}, Arrays.copyOfRange(ping, 1, 9))));
    byte[] back = Lab.packet(9, 2, 2, 90);
    s.send(back);
    assertArrayEquals(back, b.host.delivered.getLast());

    // After ten seconds it wants new keys.
    b.take();
    for (int i = 0; i < 11; i++) {
      b.sim.run(1_000 * MS);
      s.send(Lab.packet(9, 2, 3 + i, 90));
    }
    List<byte[]> asked = s.items().stream().filter(i -> i[0] == HANDSHAKE).toList();
    assertFalse(asked.isEmpty(), b.sim::diagram);
    byte[] value = Arrays.copyOfRange(asked.getFirst(), 3, asked.getFirst().length);
    assertArrayEquals(asked.getFirst(), asked.getLast(), "repeated byte for byte");
    long id = ByteBuffer.wrap(value).getInt(1);
    IndependentIk noise = b.peer.rekey(suite, false, s.trafficIr, id, null);
    byte[] payload1 = noise.read(Arrays.copyOfRange(value, 5, value.length));
    assertArrayEquals(join(new byte[8], new byte[] {1, 0}, u16(announced)), payload1);
    assertArrayEquals(b.hostKey, noise.remoteStatic());
    byte[] message2 = noise.write(b.peer.payload2(0, 1, false, b.bit()));
    s.send(item(HANDSHAKE, join(new byte[] {2}, u32(id), message2)));
    Established child = new Established(b, noise.split(), false, null);
    List<byte[]> fresh = child.items();
    child.only(fresh, PING);
    b.host.lanPacket(waits);
    assertArrayEquals(
        waits, child.items().stream().filter(i -> i[0] == 0x45).findFirst().orElseThrow());
  }

  /**
   * [CK-1]: who does not know the host's key gets silence. [HS-9] step 2, [DG-1], [DG-2], [GN-4]
   */
  @Test
  void withoutTheHostsKeyThereIsNoAnswer() {
    Bench b = new Bench(1).start(false);
    byte[] wrong = new IndependentPeer(8).publicKey;
    Cookie cookie = b.cookie();
    b.send(b.peer.cookieRequest(wrong, 1));
    b.send(b.peer.init(1, wrong, cookie, 2, "", 1).bytes());
    assertEquals(2, b.drops(DropReason.UNREADABLE));
    byte[] request = b.peer.cookieRequest(b.hostKey, 1);
    byte[] version = request.clone();
    version[1] = 2;
    b.send(version);
    b.send(Arrays.copyOf(request, 127));
    b.send(Arrays.copyOf(request, 129));
    byte[] type = request.clone();
    type[0] = 0x07;
    b.send(type);
    assertEquals(4, b.drops(DropReason.MALFORMED));
    assertTrue(b.take().isEmpty());
  }

  /** [HS-9] steps 1 and 3 to 5, [HS-10], [CK-3], [DG-4] */
  @Test
  void anInitThatIsNotAdmittedIsAnsweredByACookie() {
    Bench b = new Bench(1).start(false);
    Cookie good = b.cookie();
    Cookie unknown = new Cookie(b.peer.bytes(16), good.key(), 14_400, 1);
    Init i = b.init(unknown, 2);
    b.send(i.bytes());
    b.refused(i);
    assertEquals(1, b.drops(DropReason.COOKIE_TAG));
    i = b.init(new Cookie(good.tag(), b.peer.bytes(32), 14_400, 1), 2);
    b.send(i.bytes());
    b.refused(i);
    assertEquals(1, b.drops(DropReason.COOKIE_MAC));
    i = b.init(good, 20_000);
    b.send(i.bytes());
    b.refused(i);
    assertEquals(1, b.drops(DropReason.COOKIE_AGE));
    // A changed end is not answered at all, and the INIT itself is as good as before. [HS-32]
    i = b.init(good, 10);
    byte[] end = i.bytes().clone();
    end[60] ^= 1;
    b.send(end);
    assertTrue(b.take().isEmpty());
    assertEquals(1, b.drops(DropReason.INIT_ALTERED));
    // From another address or port it is not good.
    i = b.init(good, 10);
    b.sendFrom(Lab.endpoint(8, false), i.bytes());
    b.sendFrom(new Endpoint(b.here.hi(), b.here.lo(), 4_000), i.bytes());
    assertEquals(3, b.drops(DropReason.COOKIE_MAC));
    b.take();
    b.send(i.bytes());
    Cookie kept = IndependentPeer.response(i, b.one(), "").next();
    // One that came in a session is, from another port.
    i = b.init(kept, 10);
    b.sendFrom(Lab.endpoint(8, false), i.bytes());
    assertEquals(4, b.drops(DropReason.COOKIE_MAC));
    b.take();
    b.sendFrom(new Endpoint(b.here.hi(), b.here.lo(), 4_000), i.bytes());
    assertNotNull(IndependentPeer.response(i, b.one(), ""));
    byte[] flags = b.init(good, 10).bytes();
    flags[3] = 1;
    b.send(flags);
    byte[] suite = b.init(good, 10).bytes();
    suite[2] = 4;
    b.send(suite);
    assertTrue(b.take().isEmpty());
    assertEquals(2, b.drops(DropReason.MALFORMED));
  }

  /** [CK-6]: a cookie is over when its ttl is. [CK-7]: and when its issuer has been restarted. */
  @Test
  void aCookieEndsWithItsTimeAndItsIssuer() {
    Bench b = new Bench(1).start(false);
    Cookie cookie = b.cookie();
    long ttl = 14_400_000;
    b.sim.run((ttl - 60) * MS);
    Init i = b.init(cookie, ttl);
    b.send(i.bytes());
    assertNotNull(IndependentPeer.response(i, b.one(), ""));
    b.sim.run(60 * MS);
    i = b.init(cookie, ttl + 60);
    b.send(i.bytes());
    b.refused(i);
    Cookie fresh = b.cookie();
    b.host.kill();
    b.host.start();
    i = b.init(fresh, 5);
    b.send(i.bytes());
    b.refused(i);
  }

  /** [HS-11] [PA-7]: a repeat costs nothing and opens nothing twice. */
  @Test
  void aRepeatGetsTheSameRespFromTheSamePortAndNothingElsewhere() {
    Bench b = new Bench(1).start(false);
    Init first = b.init(b.cookie(), 2);
    b.send(first.bytes());
    Init i = b.init(IndependentPeer.response(first, b.one(), "").next(), 2);
    b.send(i.bytes());
    byte[] resp = b.one();
    b.send(i.bytes());
    assertArrayEquals(resp, b.one());
    b.sendFrom(new Endpoint(b.here.hi(), b.here.lo(), 4_000), i.bytes());
    assertTrue(b.take().isEmpty());
    // Other MACs make no other INIT of it.
    byte[] again = i.bytes().clone();
    Answer answer = IndependentPeer.response(i, resp, "");
    new Established(b, answer, true).send(item(PING, join(new byte[1], b.peer.bytes(8))));
    b.take();
    b.send(again);
    assertTrue(b.take().isEmpty(), "the RESP is gone once the session is confirmed");
    assertEquals(2, b.drops(DropReason.STRIKE_REPEATED));
    b.sim.run(25_000 * MS);
    b.take();
    b.send(again);
    b.refused(i);
  }

  /** [HS-14] [HS-17] [HS-30] [HS-8] [DG-6] [SU-2] */
  @Test
  void everyRefusalIsARespOfTheUsualSizeAndLeavesNoSession() {
    Bench b = new Bench(1);
    b.host.vhosts = List.of("web.example.net");
    b.start(false);
    Cookie c = b.cookie();
    Init suites = b.peer.init(1, b.hostKey, c, 2, "", 1, 3, b.peer.privateKey, 0);
    Init other = b.peer.init(3, b.hostKey, c, 2, "", 1);
    Init anonymous = b.peer.init(1, b.hostKey, c, 2, "", 1, 1, b.peer.bytes(32), 1);
    Init vhost = b.peer.init(1, b.hostKey, c, 2, "mail.example.net", 1);
    Init[] all = {suites, other, anonymous, vhost};
    int[] status = {1, 1, 2, 3};
    for (int i = 0; i < all.length; i++) {
      b.send(all[i].bytes());
      byte[] resp = b.one();
      assertEquals(all[i].suite() == 3 ? 128 : 1232, resp.length);
      Answer answer = IndependentPeer.response(all[i], resp, "");
      assertNotNull(answer);
      assertEquals(status[i], answer.status());
    }
    assertEquals(0, b.host.shared.sessions().size());
  }

  /** [HS-29] [HS-31]: the name is proven by the tag; INITs to names differ in nothing visible. */
  @Test
  void aVirtualHostProvesItsName() {
    Bench b = new Bench(1);
    b.host.vhosts = List.of("Web.Example.net");
    b.start(false);
    Cookie c = b.cookie();
    Init right = b.peer.init(1, b.hostKey, c, 2, "web.example.net", 1);
    b.send(right.bytes());
    Answer answer = IndependentPeer.response(right, b.one(), "web.example.net");
    assertNotNull(answer);
    assertEquals(0, answer.status());
    Init wrong = b.peer.init(1, b.hostKey, c, 2, "web.example.net", 1);
    b.send(wrong.bytes());
    assertNull(IndependentPeer.response(wrong, b.one(), "mail.example.net"));
    assertEquals(b.init(c, 2).bytes().length, wrong.bytes().length);
    assertArrayEquals(Arrays.copyOf(wrong.bytes(), 4), Arrays.copyOf(b.init(c, 2).bytes(), 4));
  }

  /** [DG-10] */
  @Test
  void aRecordedPartIsNotKept() {
    Bench b = new Bench(1).start(false);
    Cookie c = b.cookie();
    Init old = b.init(c, 2);
    byte[][] parts = IndependentPeer.parts(old.bytes(), b.hostKey, c.key());
    b.sim.run(12_000 * MS);
    b.take();
    b.send(parts[1]);
    assertTrue(b.take().isEmpty());
    assertEquals(1, b.drops(DropReason.COOKIE_AGE));
    b.send(parts[0]);
    b.refused(old);
  }

  /** [DG-7] [DG-8] [DG-9] [HS-4] */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void twoPartsMakeAnInitInEitherOrder(int suite) {
    Bench b = new Bench(suite).start(false);
    Cookie c = b.cookie();
    for (int first = 0; first < 2; first++) {
      Init i = b.init(c, 2);
      byte[][] parts = IndependentPeer.parts(i.bytes(), b.hostKey, c.key());
      b.send(parts[first]);
      b.send(parts[first]);
      assertTrue(b.take().isEmpty());
      b.send(parts[1 - first]);
      assertNotNull(IndependentPeer.response(i, b.one(), ""), b.sim::diagram);
    }
    Init i = b.init(c, 2);
    byte[][] parts = IndependentPeer.parts(i.bytes(), b.hostKey, c.key());
    b.send(parts[0]);
    b.sendFrom(new Endpoint(b.here.hi(), b.here.lo(), 4_000), parts[1]);
    assertTrue(b.take().isEmpty(), "parts of two ports");
    b.sim.run(2_100 * MS);
    b.send(parts[1]);
    assertTrue(b.take().isEmpty(), "the first part is too old");
    // Only the first part of an INIT with a bad cookie is answered.
    Cookie unknown = new Cookie(b.peer.bytes(16), c.key(), 14_400, 1);
    Init bad = b.init(unknown, 2);
    byte[][] badParts = IndependentPeer.parts(bad.bytes(), b.hostKey, unknown.key());
    b.send(badParts[1]);
    assertTrue(b.take().isEmpty());
    b.send(badParts[0]);
    b.refused(bad);
    byte[] third = badParts[0].clone();
    third[3] = 2;
    b.send(third);
    assertTrue(b.take().isEmpty());
  }

  /** [HS-26]: the policy decides, and the bit tells. [HS-23] [CK-4] */
  @Test
  void earlyDataIsTakenByPolicyAndTheBitTells() {
    Bench off = new Bench(1);
    off.early = false;
    off.start(false);
    Init i = off.init(off.cookie(), 2);
    Lane lane = new Lane(1, i.earlySecret(), 0, i.earlyId());
    off.send(i.bytes());
    off.send(lane.seal(Lab.packet(9, 2, 1, 100), 0));
    off.sim.run(200 * MS);
    assertFalse(IndependentPeer.response(i, off.take().getFirst(), "").early());
    assertTrue(off.host.delivered.isEmpty());

    Bench pq = new Bench(1);
    pq.requirePq = true;
    pq.start(false);
    i = pq.init(pq.cookie(), 2);
    pq.send(i.bytes());
    Answer outside = IndependentPeer.response(i, pq.one(), "");
    assertFalse(outside.early(), "a cookie that crossed the network in the clear");
    i = pq.init(outside.next(), 2);
    pq.send(i.bytes());
    assertTrue(IndependentPeer.response(i, pq.one(), "").early(), "one from inside a tunnel");
  }

  /** [CK-4] [HS-26] [SS-25]: what a classical session delivered is not post-quantum. */
  @Test
  void theCookieOfAClassicalSessionOpensNothingWherePostQuantumSecrecyIsRequired() {
    Bench b = new Bench(3);
    b.host.suites = List.of(Suite.byId(1), Suite.byId(3));
    b.start(false);
    Cookie clear = b.cookie(5);
    Init i = b.peer.init(3, b.hostKey, clear, 2, "", 1);
    b.send(i.bytes());
    Answer classical = IndependentPeer.response(i, b.one(), "");
    assertEquals(0, classical.status());
    Established s = new Established(b, classical, true);
    s.send(item(PING, join(new byte[1], b.peer.bytes(8))));
    s.items();
    b.reconfigure(SimPeer::requiringPq);
    assertArrayEquals(new byte[] {2}, s.only(s.items(), CLOSE), "configuration changed");
    s.send(item(PING, join(new byte[1], b.peer.bytes(8))));
    assertTrue(b.take().stream().noneMatch(m -> s.in.carries(m, 0)), "the session is over");
    i = b.peer.init(3, b.hostKey, classical.next(), 2, "", 1);
    b.send(i.bytes());
    assertEquals(1, IndependentPeer.response(i, b.one(), "").status(), "SUITES");
    i = b.peer.init(1, b.hostKey, classical.next(), 2, "", 1);
    b.send(i.bytes());
    Answer hybrid = IndependentPeer.response(i, b.one(), "");
    assertEquals(0, hybrid.status());
    assertFalse(hybrid.early(), "a cookie of a classical session");
    i = b.peer.init(1, b.hostKey, hybrid.next(), 2, "", 1);
    b.send(i.bytes());
    assertTrue(IndependentPeer.response(i, b.one(), "").early(), "one of a hybrid session");
  }

  /** [HS-25]: early data may come before its INIT. */
  @Test
  void earlyDataThatOvertakesItsInitIsHeld() {
    Bench b = new Bench(1).start(false);
    Init i = b.init(b.cookie(), 2);
    Lane lane = new Lane(1, i.earlySecret(), 0, i.earlyId());
    for (int n = 0; n < 20; n++) {
      b.sim.deliver(b.here, b.host.address, lane.seal(Lab.packet(9, 2, n, 100), 0));
    }
    b.send(i.bytes());
    assertEquals(16, b.host.delivered.size());
    b.take();
    Init late = b.init(b.cookie(), 2);
    Lane other = new Lane(1, late.earlySecret(), 0, late.earlyId());
    b.send(other.seal(Lab.packet(9, 2, 99, 100), 0));
    b.sim.run(500 * MS);
    b.send(late.bytes());
    assertEquals(16, b.host.delivered.size());
  }

  /** [SS-2] [SS-3]: before confirmation no more goes out than came in, and only for 10 s. */
  @Test
  void anUnconfirmedSessionSendsNoMoreThanItReceived() {
    Bench b = new Bench(1).start(false);
    Init i = b.init(b.cookie(), 2);
    b.send(i.bytes());
    b.take();
    int out = 0;
    for (int n = 0; n < 20; n++) {
      b.host.lanPacket(Lab.packet(2, 9, n, 36)); // 36 + 28, a multiple of 16 after padding: 48
      for (byte[] m : b.take()) {
        out += m.length;
      }
    }
    assertTrue(out > 0 && out <= 1352 - 1232 + 16, "bytes " + out);
    b.sim.run(11_000 * MS);
    assertEquals(0, b.host.shared.sessions().size());
  }

  /** [IT-1] [IT-2] [IT-3] [IT-4] [DT-2] [DT-3] [DT-8] [IT-9] [SS-19] */
  @Test
  void itemsAreReadAsWritten() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    byte[] p = Lab.packet(9, 2, 1, 40);
    byte[] unknown = item(0x7f, b.peer.bytes(9));
    s.send(unknown, p, item(PING, new byte[3]), p, new byte[] {0, 1, 2, 3});
    assertEquals(2, b.host.delivered.size());
    assertEquals(1, b.drops(DropReason.UNKNOWN_ITEM));
    assertTrue(s.items().isEmpty(), "a PING of another length");
    assertEquals(1, b.drops(DropReason.BAD_ITEM));
    s.send(p, new byte[] {1, 0, 9, 0});
    assertEquals(3, b.host.delivered.size());
    assertEquals(2, b.drops(DropReason.BAD_ITEM));
    s.send(Lab.packet(7, 2, 1, 40));
    assertEquals(1, b.drops(DropReason.WRONG_SOURCE));
    b.send(s.out.seal(p, 0, 1L << 28));
    b.send(s.out.seal(p, 3));
    b.send(new byte[] {(byte) 0x80, 1, 2, 3});
    assertEquals(1, b.drops(DropReason.FORGED));
    assertEquals(1, b.drops(DropReason.MALFORMED));
    assertEquals(3, b.host.delivered.size());
    s.send(item(CLOSE, new byte[] {77}));
    assertFalse(b.host.control.status(b.sim.now(), 0, 1).getFirst().up());
    assertEquals(0, b.host.shared.sessions().size());
  }

  /** [IT-11] [IT-12] */
  @Test
  void fragmentsAreJoinedInAnyOrderAndSpoiltByOverlap() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    byte[] p = Lab.packet(9, 2, 1, 90);
    s.send(fragment(5, p, 60, 90));
    s.send(fragment(5, p, 0, 30));
    s.send(fragment(6, p, 0, 50));
    s.send(fragment(6, p, 40, 90));
    s.send(fragment(6, p, 50, 90));
    assertTrue(b.host.delivered.isEmpty());
    s.send(fragment(5, p, 30, 60));
    assertEquals(1, b.host.delivered.size());
    assertArrayEquals(p, b.host.delivered.getFirst());
    assertEquals(1, b.drops(DropReason.BAD_FRAGMENT));
  }

  private static byte[] fragment(int id, byte[] whole, int from, int to) {
    return item(
        FRAGMENT, join(u32(id), u16(whole.length), u16(from), Arrays.copyOfRange(whole, from, to)));
  }

  /** Where the host sends what, from now on. */
  private static final class Watch {
    private final Established s;
    private final List<Endpoint> to = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();

    Watch(Bench b, Established s) {
      this.s = s;
      b.sim.tap((from, dst, bytes) -> {
        if (from.equals(b.host.address)) {
          to.add(dst);
          sent.add(bytes.clone());
        }
        return bytes;
      });
    }

    /** The token of the only challenge that went to {@code dst} since the last {@link #clear}. */
    byte[] asked(Endpoint dst, int id) {
      List<byte[]> tokens = new ArrayList<>();
      for (int i = 0; i < to.size(); i++) {
        if (to.get(i).equals(dst) && sent.get(i).length == 39) {
          List<byte[]> items = new ArrayList<>();
          split(s.in.open(sent.get(i)), items);
          if (items.getFirst()[0] == CHALLENGE) {
            assertTrue(s.in.carries(sent.get(i), id), "under id " + id);
            tokens.add(s.only(items, CHALLENGE));
          }
        }
      }
      assertEquals(1, tokens.size(), "one challenge");
      return tokens.getFirst();
    }

    void clear() {
      to.clear();
      sent.clear();
    }
  }

  /** [IT-10] [PA-2] [PA-3] [PA-4] [DT-7] [PA-14] */
  @Test
  void anotherPortAndAnotherAddressAreFollowedOnceTheyHaveAnswered() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    byte[] token = b.peer.bytes(8);
    s.send(item(CHALLENGE, token));
    assertArrayEquals(token, s.only(s.items(), RESPONSE));
    Endpoint port = new Endpoint(b.here.hi(), b.here.lo(), 4_000);
    Endpoint away = Lab.endpoint(77, false);
    Watch w = new Watch(b, s);
    byte[] padding = new byte[200];
    b.sendFrom(port, s.out.seal(join(item(CHALLENGE, token), padding), 0));
    assertTrue(w.to.contains(port) && w.to.contains(b.here), "the answer goes both ways");
    w.asked(b.here, 0);
    byte[] asked = w.asked(port, 1);
    w.clear();
    b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    assertEquals(List.of(b.here, port), w.to, "both, while it is undecided");
    assertArrayEquals(w.sent.get(0), w.sent.get(1));
    w.clear();
    for (int i = 0; i < 4; i++) {
      b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    }
    assertEquals(4, w.to.stream().filter(b.here::equals).count());
    assertTrue(w.to.size() < 8, "no more bytes than have come");
    byte[] old = s.out.seal(Lab.packet(9, 2, 1, 40), 0);
    b.sendFrom(port, s.out.seal(item(RESPONSE, asked), 0));
    b.sim.run(200 * MS);
    w.clear();
    b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    assertEquals(List.of(port), w.to);
    w.clear();
    b.sendFrom(away, s.out.seal(Lab.packet(9, 2, 1, 40), 0));
    asked = w.asked(away, 2);
    w.asked(port, 1);
    b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    assertEquals(port, w.to.getLast(), "the known path stays in use");
    b.sim.run(150 * MS);
    b.sendFrom(away, s.out.seal(item(RESPONSE, asked), 0));
    b.sim.run(500 * MS);
    b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    assertEquals(away, w.to.getLast());
    assertTrue(s.in.carries(w.sent.getLast(), 2), "and under the next connection id");
    b.sim.run(150 * MS);
    b.sendFrom(port, old);
    b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    assertEquals(away, w.to.getLast(), "a late datagram moves nothing");
  }

  /** [DT-6] */
  @Test
  void idsFarBehindAreForgottenAndStepsTakeTheirTime() {
    Bench b = new Bench(1).start(false);
    Established s = b.establish();
    int before = b.host.delivered.size();
    int known = Limits.IDS_BEHIND + 1 + Limits.IDS_AHEAD;
    for (int id = 1; id <= 40; id++) {
      b.sim.run(50 * MS);
      b.send(s.out.seal(Lab.packet(9, 2, id, 40), id));
      assertTrue(b.host.shared.sessions().size() <= known + 1, "those and the early one");
    }
    assertEquals(40, b.host.delivered.size() - before);
    b.send(s.out.seal(Lab.packet(9, 2, 41, 40), 40 - Limits.IDS_BEHIND));
    assertEquals(41, b.host.delivered.size() - before);
    for (int id = 39 - Limits.IDS_BEHIND; id >= 0; id -= 5) {
      b.send(s.out.seal(Lab.packet(9, 2, 42, 40), id));
    }
    assertEquals(41, b.host.delivered.size() - before);
    b.sim.run(50 * MS);
    for (int id = 41; id < 60; id++) {
      b.send(s.out.seal(Lab.packet(9, 2, id, 40), id));
    }
    assertEquals(44, b.host.delivered.size() - before, "one step and what is known ahead of it");
  }

  /** [PA-3] */
  @Test
  void theKnownPathWinsEvenIfACopyOfItsAnswerWasFaster() {
    for (boolean takenBefore : new boolean[] {false, true}) {
      Bench b = new Bench(1).start(false);
      Established s = b.establish();
      Endpoint away = Lab.endpoint(77, false);
      Watch w = new Watch(b, s);
      b.sendFrom(away, s.out.seal(Lab.packet(9, 2, 1, 40), 0));
      byte[] known = s.out.seal(item(RESPONSE, w.asked(b.here, 0)), 0);
      byte[] claimed = s.out.seal(item(RESPONSE, w.asked(away, 1)), 0);
      b.sendFrom(away, claimed);
      if (takenBefore) {
        b.sim.run(500 * MS);
        b.host.lanPacket(Lab.packet(2, 9, 1, 40));
        assertEquals(away, w.to.getLast());
      }
      b.sendFrom(away, known);
      b.sendFrom(b.here, known);
      b.sim.run(500 * MS);
      b.host.lanPacket(Lab.packet(2, 9, 1, 40));
      assertEquals(b.here, w.to.getLast());
      w.clear();
      b.sendFrom(away, s.out.seal(Lab.packet(9, 2, 2, 40), 0));
      assertEquals(List.of(), w.to, "not followed for 30 s");
      for (int i = 0; i < 15; i++) {
        b.sim.run(2_000 * MS);
        b.sendFrom(b.here, s.out.seal(Lab.packet(9, 2, 4, 40), 0));
      }
      w.clear();
      b.sendFrom(away, s.out.seal(Lab.packet(9, 2, 3, 40), 0));
      assertTrue(w.to.contains(away));
    }
  }

  /** [SS-8] [SS-9] [SS-10] */
  @Test
  void unknownIdsAreToldAfterAStartAndBelievedWithCare() {
    Bench b = new Bench(1).start(false);
    byte[] stray = join(new byte[] {(byte) 0x80}, b.peer.bytes(40));
    b.take();
    b.send(stray);
    byte[] told = b.one();
    assertEquals(12, told.length);
    assertEquals(6, told[0]);
    assertEquals(1, told[1]);
    assertArrayEquals(Arrays.copyOf(stray, 8), Arrays.copyOfRange(told, 4, 12));
    Established s = b.establish();
    byte[] forged = join(new byte[] {6, 1, 0, 0}, s.in.id(0));
    b.sim.run(6_000 * MS);
    b.take();
    b.send(join(new byte[] {6, 1, 0, 0}, s.in.id(1)));
    assertTrue(b.take().stream().noneMatch(m -> m[0] == 3 || m[0] == 1), "not the id in use");
    b.send(forged);
    assertEquals(1, b.take().stream().filter(m -> m[0] == 3 || m[0] == 1).count());
    b.send(forged);
    assertEquals(0, b.take().stream().filter(m -> m[0] == 3 || m[0] == 1).count());
    b.host.lanPacket(Lab.packet(2, 9, 1, 40));
    assertTrue(b.take().stream().anyMatch(m -> s.in.carries(m, 0)), "the session goes on");
    b.sim.run(600_000 * MS);
    b.take();
    b.send(join(new byte[] {(byte) 0x80}, b.peer.bytes(40)));
    assertTrue(b.take().stream().noneMatch(m -> m[0] == 6));
  }

  /**
   * [CK-12]: above its limit a source gets an eighth of all responses at most, and is not silenced.
   */
  @Test
  void responsesToASourceAreLimitedButNeverSilent() {
    Bench b = new Bench(1).start(false);
    byte[] request = b.peer.cookieRequest(b.hostKey, 1);
    for (int n = 0; n < 15_000; n++) {
      b.sim.deliver(b.here, b.host.address, request);
    }
    b.sim.run(2 * MS);
    assertEquals(20 + 6_250, b.take().size(), 25);
    b.sim.run(1_000 * MS);
    b.send(request);
    assertEquals(1, b.take().size());
  }
}
