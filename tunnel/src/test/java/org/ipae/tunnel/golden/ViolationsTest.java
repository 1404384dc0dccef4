// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.Bench.CLOSE;
import static org.ipae.tunnel.golden.Bench.EARLY;
import static org.ipae.tunnel.golden.Bench.FRAGMENT;
import static org.ipae.tunnel.golden.Bench.HANDSHAKE;
import static org.ipae.tunnel.golden.Bench.MS;
import static org.ipae.tunnel.golden.Bench.PING;
import static org.ipae.tunnel.golden.Bench.RESPONSE;
import static org.ipae.tunnel.golden.IndependentPeer.item;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.ipae.tunnel.golden.IndependentPeer.u16;
import static org.ipae.tunnel.golden.IndependentPeer.u32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.independent.IndependentIk;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.golden.Bench.Established;
import org.ipae.tunnel.golden.IndependentPeer.Cookie;
import org.ipae.tunnel.golden.IndependentPeer.Init;
import org.ipae.tunnel.golden.IndependentPeer.Lane;
import org.ipae.tunnel.golden.IndependentPeer.Opened;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each row of section 15 is done to a real host, which must do what the row says: send that answer,
 * count that reason and no other, and keep its sessions unless the row says otherwise. [GN-7]
 */
class ViolationsTest {
  private static final String[] TYPES = {
    "", "COOKIE_REQUEST", "COOKIE_RESPONSE", "INIT", "RESP", "INIT_PART", "UNKNOWN_ID"
  };

  /** A row of the table. */
  private record Row(
      String violation, String rules, String answer, String counted, String effect) {}

  /** A host to which something is about to be done. */
  private static final class Victim {
    final Bench b;
    private final Map<DropReason, Long> before = new EnumMap<>(DropReason.class);
    private final Runnable honest;
    private int sessions;
    private int pause;

    /**
     * @param honest what must still succeed afterwards
     */
    Victim(Bench b, Runnable honest) {
      this.b = b;
      this.honest = honest;
    }

    static Victim fresh(Bench b) {
      b.start(false);
      return new Victim(b, () -> served(b.establish())).ready();
    }

    /** A packet of the peer is delivered, and one for it is sent. */
    static void served(Established s) {
      Bench b = s.bench;
      b.take();
      int delivered = b.host.delivered.size();
      b.send(s.out.seal(Lab.packet(9, 2, 1, 60), 0, 100));
      assertEquals(delivered + 1, b.host.delivered.size(), "a packet of the peer");
      b.host.lanPacket(Lab.packet(2, 9, 1, 60));
      assertTrue(b.take().stream().anyMatch(m -> s.in.carries(m, 0)), "a packet for the peer");
    }

    /** What is honest waits until limits have recovered. */
    Victim pausing(int ms) {
      pause = ms;
      return this;
    }

    /** What has happened until now is no answer. */
    Victim ready() {
      b.take();
      for (DropReason r : DropReason.values()) {
        before.put(r, b.drops(r));
      }
      sessions = b.host.shared.sessions().size();
      return this;
    }

    String answers() {
      Set<String> found = new TreeSet<>();
      b.take().forEach(m -> found.add(m[0] < 0 ? "DATA" : TYPES[m[0]]));
      return found.isEmpty() ? "none" : String.join(", ", found);
    }

    String counted() {
      String out =
          Arrays.stream(DropReason.values())
              .filter(r -> b.drops(r) > before.get(r))
              .map(r -> "`" + r.label() + "`")
              .collect(Collectors.joining(", "));
      return out.isEmpty() ? "no" : out;
    }

    boolean sessionsEnded() {
      return b.host.shared.sessions().size() < sessions;
    }
  }

  private final Map<String, Supplier<Victim>> cases = new LinkedHashMap<>();

  /** A case before any session. */
  private void early(String violation, Consumer<Bench> deed) {
    cases.put(
        violation,
        () -> {
          Victim v = Victim.fresh(new Bench(1));
          deed.accept(v.b);
          return v;
        });
  }

  /** A case in a session that the peer has initiated. */
  private void inside(String violation, Consumer<Established> deed) {
    cases.put(
        violation,
        () -> {
          Bench b = new Bench(1).start(false);
          Established s = b.establish();
          b.sim.run(2_000 * MS);
          Victim v = new Victim(b, () -> Victim.served(s)).ready();
          deed.accept(s);
          return v;
        });
  }

  /** A case while the host waits for this RESP. */
  private void calling(String violation, BiConsumer<Bench, byte[]> deed) {
    calling(violation, 0, deed);
  }

  /**
   * @param before RESPs that do not open
   */
  private void calling(String violation, int before, BiConsumer<Bench, byte[]> deed) {
    cases.put(
        violation,
        () -> {
          Bench b = new Bench(1).start(true);
          b.send(b.peer.answerCookieRequest(b.one(), 1));
          Opened opened = b.peer.open(b.one());
          echo = Arrays.copyOfRange(opened.init(), 28, 44);
          byte[] resp = b.peer.respond(opened, b.peer.payload2(0, 1, false, 1), "");
          Established s = new Established(b, opened.noise().split(), false, null);
          Victim v =
              new Victim(
                  b,
                  () -> {
                    b.send(resp);
                    Victim.served(s);
                  });
          for (int n = 0; n < before; n++) {
            b.host.receive(b.here, b.host.address, changed(resp, 100, 1)); // at once
          }
          v.ready();
          deed.accept(b, resp);
          return v.pausing(before);
        });
  }

  /** What a COOKIE_RESPONSE to the INIT of such a case repeats. */
  private byte[] echo;

  private static byte[] changed(byte[] m, int at, int xor) {
    byte[] out = m.clone();
    out[at] ^= (byte) xor;
    return out;
  }

  /** An INIT whose Noise message is changed, with MACs that fit. */
  private static byte[] spoilt(Bench b, Init init, Cookie cookie) {
    byte[] m = changed(Arrays.copyOf(init.bytes(), 1336), 700, 1);
    return IndependentPeer.withMacs(m, b.hostKey, cookie.key());
  }

  private void beforeASession() {
    early(
        "handshake datagram of another version or length",
        b -> {
          b.send(changed(b.peer.cookieRequest(b.hostKey, 1), 1, 3));
          b.send(Arrays.copyOf(b.peer.cookieRequest(b.hostKey, 1), 127));
        });
    early("datagram of another type below 0x80", b -> b.send(new byte[] {7, 1, 0, 0}));
    early(
        "INIT of an unknown suite, or with flags",
        b -> {
          b.send(changed(b.init(known(b), 2).bytes(), 2, 4));
          b.send(changed(b.init(known(b), 2).bytes(), 3, 1));
        });
    early(
        "COOKIE_REQUEST, INIT or INIT_PART whose mac1 does not fit",
        b -> {
          byte[] other = new IndependentPeer(8).publicKey;
          b.send(b.peer.cookieRequest(other, 1));
          b.send(b.peer.init(1, other, known(b), 2, "", 1).bytes());
        });
    early(
        "INIT with a tag that is not genuine or has expired",
        b -> {
          Cookie c = known(b);
          b.send(b.init(new Cookie(b.peer.bytes(16), c.key(), 1, 1), 2).bytes());
        });
    early(
        "INIT whose mac2 does not fit, or from another address than its cookie, or for a clear cookie from another port",
        b -> {
          Cookie c = known(b);
          b.send(b.init(new Cookie(c.tag(), b.peer.bytes(32), 1, 1), 2).bytes());
        });
    early(
        "INIT or INIT_PART whose mac3 does not fit",
        b -> {
          b.send(changed(b.init(known(b), 2).bytes(), 700, 1));
        });
    early(
        "INIT whose age is outside the tolerance",
        b -> {
          b.send(b.init(known(b), 20_000).bytes());
        });
    early(
        "INIT whose Noise message does not open",
        b -> {
          Cookie c = known(b);
          b.send(spoilt(b, b.init(c, 2), c));
        });
    early(
        "INIT with wrong suites seen",
        b -> {
          b.send(b.peer.init(1, b.hostKey, known(b), 2, "", 1, 3, b.peer.privateKey, 0).bytes());
        });
    early(
        "INIT of a key that is not allowed",
        b -> {
          b.send(b.peer.init(1, b.hostKey, known(b), 2, "", 1, 1, b.peer.bytes(32), 0).bytes());
        });
    early(
        "INIT for a virtual host that does not exist",
        b -> {
          b.send(b.peer.init(1, b.hostKey, known(b), 2, "no.example.net", 1).bytes());
        });
    early(
        "second INIT_PART whose age is outside the tolerance",
        b -> {
          Cookie c = known(b);
          b.send(IndependentPeer.parts(b.init(c, 60_000).bytes(), b.hostKey, c.key())[1]);
        });
    early(
        "INIT_PART when 16 of its address are kept",
        b -> {
          Cookie c = known(b);
          for (int n = 0; n < 17; n++) {
            b.send(IndependentPeer.parts(b.init(c, 2).bytes(), b.hostKey, c.key())[0]);
          }
        });
    early(
        "INIT_PARTs that do not belong together",
        b -> {
          Cookie c = known(b);
          b.send(IndependentPeer.parts(b.init(c, 2).bytes(), b.hostKey, c.key())[0]);
          b.send(IndependentPeer.parts(b.init(c, 2).bytes(), b.hostKey, c.key())[1]);
          b.sim.run(2_100 * MS);
        });
    cases.put(
        "COOKIE_REQUEST beyond the limits",
        () -> {
          Victim v = Victim.fresh(new Bench(1));
          byte[] request = v.b.peer.cookieRequest(v.b.hostKey, 1);
          for (int n = 0; n < 20 + 10_000; n++) {
            v.b.host.receive(v.b.here, v.b.host.address, request);
          }
          v.ready();
          v.b.host.receive(v.b.here, v.b.host.address, request);
          return v.pausing(3_000);
        });
    cases.put(
        "fifth INIT of a peer four of whose sessions wait for their first packet",
        () -> {
          Victim v = Victim.fresh(new Bench(3));
          Cookie c = known(v.b);
          for (int n = 0; n < 4; n++) {
            v.b.send(v.b.init(c, 2).bytes());
          }
          long ids = v.b.host.shared.sessions().size();
          v.ready();
          v.b.send(v.b.init(c, 2).bytes());
          assertEquals(ids, v.b.host.shared.sessions().size(), "one came and one went");
          return v.pausing(3_000);
        });
    cases.put(
        "INIT when 16 sessions of its address wait for their first packet",
        () -> {
          Bench b = new Bench(3);
          List<IndependentPeer> others =
              IntStream.range(20, 24).mapToObj(IndependentPeer::new).toList();
          others.forEach(o -> b.host.peers.add(another(b, o)));
          Victim v = Victim.fresh(b);
          Cookie c = known(b);
          for (IndependentPeer o : others) {
            for (int n = 0; n < HandshakeLimits.UNCONFIRMED_PER_PEER; n++) {
              b.send(o.init(b.suite, b.hostKey, c, 2, "", 1).bytes());
            }
          }
          v.ready();
          b.send(b.init(c, 2).bytes());
          return v.pausing(11_000);
        });
    cases.put(
        "INIT beyond the limits of its source, tag or key",
        () -> {
          Victim v = Victim.fresh(new Bench(3));
          Cookie c = known(v.b);
          for (int n = 0; n < 8; n++) {
            v.b.send(v.b.init(c, 2).bytes());
          }
          v.ready();
          v.b.send(v.b.init(c, 2).bytes());
          return v.pausing(3_000);
        });
    cases.put(
        "early data that is not accepted",
        () -> {
          Bench b = new Bench(1);
          b.early = false;
          Victim v = Victim.fresh(b);
          Init i = b.init(known(b), 2);
          b.send(i.bytes());
          v.ready();
          Lane early = new Lane(1, i.earlySecret(), 0, i.earlyId());
          b.send(early.seal(Lab.packet(9, 2, 1, 60), 0));
          b.sim.run(600 * MS);
          return v;
        });
    cases.put("INIT repeated from its address and port", () -> repeated(1138));
    cases.put("INIT repeated from elsewhere", () -> repeated(9));
    early(
        "COOKIE_RESPONSE that answers nothing",
        b -> {
          b.send(b.peer.cookieFor(b.peer.bytes(16), 1));
        });
    early(
        "UNKNOWN_ID with an id that is not in use",
        b -> {
          b.send(join(new byte[] {6, 1, 0, 0}, b.peer.bytes(8)));
        });
    early("DATA of fewer than 28 bytes", b -> b.send(new byte[] {(byte) 0x80, 1, 2, 3}));
    early(
        "DATA with an unknown connection id",
        b -> {
          b.send(join(new byte[] {(byte) 0x80}, b.peer.bytes(40)));
          b.sim.run(600 * MS);
        });
    early(
        "early data with other items than IP datagrams, FRAGMENTs and padding",
        b -> {
          Init i = b.init(known(b), 2);
          Lane early = new Lane(1, i.earlySecret(), 0, i.earlyId());
          b.send(i.bytes());
          b.take();
          b.send(early.seal(item(PING, new byte[9]), 0));
        });
  }

  /** A cookie, without a trace. */
  private static Cookie known(Bench b) {
    Cookie c = b.cookie();
    b.take();
    return c;
  }

  /** Another peer at the same address. */
  private static SimPeer another(Bench b, IndependentPeer peer) {
    return new SimPeer(
        "another",
        List.of(PeerKey.pinned(PublicKey.of(peer.publicKey))),
        null,
        List.of(),
        "",
        0,
        true,
        false,
        b.padding,
        b.pathMtu);
  }

  private static Victim repeated(int port) {
    Bench b = new Bench(1).start(false);
    Init first = b.init(b.cookie(), 2);
    b.send(first.bytes());
    Init i = b.init(IndependentPeer.response(first, b.one(), "").next(), 2);
    b.send(i.bytes());
    Established s = new Established(b, IndependentPeer.response(i, b.one(), ""), true);
    Victim v = new Victim(b, () -> Victim.served(s)).ready();
    b.sendFrom(new Endpoint(b.here.hi(), b.here.lo(), port), i.bytes());
    return v;
  }

  private void whileCalling() {
    calling(
        "COOKIE_RESPONSE without a suite in common, or with a ttl of 10 s or less",
        (b, resp) -> {
          b.send(b.peer.cookieFor(echo, 0));
          byte[] noTime = b.peer.cookieFor(echo, 1);
          Arrays.fill(noTime, 68, 72, (byte) 0);
          b.send(noTime);
        });
    calling(
        "RESP with an init id that is not under way",
        (b, resp) -> {
          b.send(changed(resp, 4, 1));
        });
    calling(
        "RESP with flags, or that does not open, or with a false vhost tag",
        (b, resp) -> {
          b.send(changed(resp, 3, 1));
          b.send(changed(resp, 100, 1));
          b.send(changed(resp, 1231, 1));
        });
    calling(
        "RESP after too many that did not open",
        1_000,
        (b, resp) -> {
          b.host.receive(b.here, b.host.address, changed(resp, 100, 1));
        });
  }

  private void insideASession() {
    byte[] p = Lab.packet(9, 2, 1, 60);
    inside(
        "DATA that does not open, or with a counter of 2^28 or more",
        s -> {
          s.bench.send(changed(s.out.seal(p, 0), 40, 1));
          s.bench.send(s.out.seal(p, 0, 1L << 28));
        });
    inside(
        "DATA with a counter seen before, or older than the window",
        s -> {
          s.bench.send(s.out.seal(p, 0, 0));
        });
    inside(
        "replayed DATA from another address or port",
        s -> {
          byte[] copy = s.out.seal(p, 0, 0);
          s.bench.sendFrom(new Endpoint(s.bench.here.hi(), s.bench.here.lo(), 9), copy);
          s.bench.sendFrom(Lab.endpoint(77, false), copy);
        });
    cases.put(
        "DATA of a session that has ended",
        () -> {
          Bench b = new Bench(1).start(false);
          Established s = b.establish();
          s.send(item(CLOSE, new byte[1]));
          Victim v = new Victim(b, () -> Victim.served(b.establish())).ready();
          s.send(p);
          b.sim.run(600 * MS);
          return v;
        });
    inside(
        "HANDSHAKE item repeated",
        s -> {
          byte[] ask = message1(s, 1);
          s.send(ask);
          byte[] answer = s.only(s.items(), HANDSHAKE);
          s.send(ask);
          byte[] again = s.in.open(s.bench.came.getFirst());
          assertArrayEquals(answer, Arrays.copyOfRange(again, 3, 3 + answer.length));
        });
    inside(
        "DATA with a connection id more than 2 ahead",
        s -> {
          s.bench.send(s.out.seal(p, 3));
          s.bench.sim.run(600 * MS);
        });
    inside("item that does not end within the plaintext", s -> s.send(new byte[] {1, 0, 9, 0}));
    inside("item of an unknown type", s -> s.send(item(0x7f, new byte[5])));
    inside(
        "item of a known type with another length or kind, CLOSE included",
        s -> {
          s.send(item(PING, new byte[3]));
          s.send(item(CLOSE, new byte[2]));
          s.send(item(8, join(new byte[] {2}, new byte[6])));
          s.send(item(EARLY, join(new byte[] {2}, new byte[10])));
        });
    inside(
        "PING answer, PATH_RESPONSE, EARLY answer or message 2 that nothing asked for",
        s -> {
          s.send(item(PING, join(new byte[] {1}, s.bench.peer.bytes(8))));
          s.send(item(RESPONSE, s.bench.peer.bytes(8)));
          s.send(item(EARLY, join(new byte[] {1}, s.bench.peer.bytes(8), u16(0xffff))));
          s.send(item(HANDSHAKE, join(new byte[] {2}, u32(5), new byte[1_208])));
        });
    inside(
        "FRAGMENT outside its total, or that overlaps or contradicts another",
        s -> {
          s.send(item(FRAGMENT, join(u32(1), u16(60), u16(50), new byte[20])));
          s.send(item(FRAGMENT, join(u32(2), u16(60), u16(0), new byte[20])));
          s.send(item(FRAGMENT, join(u32(2), u16(60), u16(10), new byte[20])));
        });
    inside(
        "FRAGMENT inside a joined item",
        s -> {
          byte[] inner = item(FRAGMENT, join(u32(9), u16(60), u16(0), new byte[60]));
          byte[] whole = join(item(PING, join(new byte[] {1}, new byte[8])), inner);
          s.send(item(FRAGMENT, join(u32(1), u16(whole.length), u16(0), whole)));
        });
    inside(
        "FRAGMENT of a 17th incomplete item",
        s -> {
          for (int n = 0; n < 17; n++) {
            s.send(item(FRAGMENT, join(u32(n), u16(60), u16(0), new byte[20])));
          }
        });
    inside(
        "HANDSHAKE item that does not open, or with another `s`",
        s -> {
          s.send(item(HANDSHAKE, join(new byte[] {1}, u32(7), new byte[1_308])));
          s.bench.sim.run(1_500 * MS);
          Bench b = s.bench;
          IndependentPeer stranger = new IndependentPeer(12);
          IndependentIk noise = stranger.rekey(1, true, s.trafficIr, 8, b.hostKey);
          byte[] payload = join(new byte[8], new byte[] {1, 0}, u16(1));
          s.send(item(HANDSHAKE, join(new byte[] {1}, u32(8), noise.write(payload))));
        });
    inside(
        "HANDSHAKE item within 1 s of the last one",
        s -> {
          s.send(message1(s, 1));
          s.only(s.items(), HANDSHAKE);
          s.send(message1(s, 2));
        });
    inside(
        "IP datagram whose source is not routed to the peer",
        s -> {
          s.send(Lab.packet(7, 2, 1, 60));
        });
    inside(
        "IP datagram whose header is wrong",
        s -> {
          byte[] bad = p.clone();
          bad[0] = 0x41;
          s.send(bad);
        });
    cases.put(
        "session that is not confirmed within 10 s",
        () -> {
          Bench b = new Bench(1).start(false);
          b.send(b.init(b.cookie(), 2).bytes());
          Victim v = new Victim(b, () -> Victim.served(b.establish())).ready();
          b.sim.run(11_000 * MS);
          return v;
        });
  }

  private static byte[] message1(Established s, int id) {
    Bench b = s.bench;
    IndependentIk noise = b.peer.rekey(1, true, s.trafficIr, id, b.hostKey);
    byte[] payload = join(new byte[8], new byte[] {1, 0}, u16(1));
    return item(HANDSHAKE, join(new byte[] {1}, u32(id), noise.write(payload)));
  }

  private static List<Row> rows() throws IOException {
    List<Row> out = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("PROTOCOL.md"))) {
      if (line.startsWith("## ")) {
        inside = line.startsWith("## 15. ");
      }
      if (inside && line.startsWith("| ") && !line.startsWith("| violation")) {
        String[] c = line.split("\\|");
        out.add(new Row(c[1].strip(), c[2].strip(), c[3].strip(), c[4].strip(), c[5].strip()));
      }
    }
    return out;
  }

  private void fill() {
    beforeASession();
    whileCalling();
    insideASession();
  }

  @TestFactory
  Stream<DynamicTest> aViolatorGetsWhatItsRowSays() throws IOException {
    fill();
    return rows().stream().map(r -> DynamicTest.dynamicTest(r.violation, () -> check(r)));
  }

  private void check(Row r) {
    var deed = cases.get(r.violation);
    assertNotNull(deed, "no case");
    Victim v = deed.get();
    assertEquals(r.answer, v.answers(), v.b.sim::diagram);
    assertEquals(r.counted, v.counted());
    assertEquals(r.effect.contains("session ends"), v.sessionsEnded());
    v.b.sim.run(v.pause * MS);
    v.honest.run();
  }

  @Test
  void everyCaseHasItsRow() throws IOException {
    fill();
    Set<String> rows = rows().stream().map(Row::violation).collect(Collectors.toSet());
    assertEquals(rows, new TreeSet<>(cases.keySet()));
    assertTrue(rows.size() >= 40);
  }

  @Test
  void everyRuleOfTheTableExists() throws IOException {
    String document = Files.readString(Path.of("PROTOCOL.md"));
    for (Row r : rows()) {
      List<String> rules =
          Pattern.compile("\\[[A-Z]+-[0-9]+\\]")
              .matcher(r.rules)
              .results()
              .map(m -> m.group())
              .toList();
      assertFalse(rules.isEmpty(), r.violation);
      rules.forEach(n -> assertTrue(document.contains("\n" + n + " "), n));
    }
  }
}
