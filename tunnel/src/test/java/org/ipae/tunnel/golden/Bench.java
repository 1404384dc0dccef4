// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.IndependentPeer.item;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.golden.IndependentPeer.Answer;
import org.ipae.tunnel.golden.IndependentPeer.Cookie;
import org.ipae.tunnel.golden.IndependentPeer.Init;
import org.ipae.tunnel.golden.IndependentPeer.Lane;
import org.ipae.tunnel.golden.IndependentPeer.Opened;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimHost;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.sim.Simulation;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;

/** A real host with one peer, the independent one, at 192.0.2.9 port 1138. */
final class Bench {
  static final long MS = Simulation.MS;
  static final int PING = 1;
  static final int FEEDBACK = 2;
  static final int HANDSHAKE = 3;
  static final int COOKIES = 4;
  static final int CLOSE = 5;
  static final int CHALLENGE = 6;
  static final int RESPONSE = 7;
  static final int FRAGMENT = 9;
  static final int OBSERVED = 10;
  static final int KEEP_OPEN = 12;
  static final int EARLY = 11;

  final Simulation sim = new Simulation(99);
  final SimHost host = new SimHost(sim, "host", Lab.endpoint(2, false), Lab.lan(2));
  final IndependentPeer peer = new IndependentPeer(7);
  final Endpoint here = Lab.endpoint(9, false);
  final List<byte[]> came = new ArrayList<>();

  private boolean calls;

  /** What a host that does not call has sent from another port than the one that it listens on. */
  final List<byte[]> asked = new ArrayList<>();

  final int suite;
  final byte[] hostKey = host.publicKey().bytes();
  boolean known = true;
  boolean early = true;
  boolean requirePq;
  Padding padding = Padding.BLOCK;

  /** The setting; 0 lets the host search. */
  int pathMtu = 1500;

  Bench(int suite) {
    this.suite = suite;
    host.suites = List.of(Suite.byId(suite));
    sim.weather.delay = 0;
    sim.tap((from, to, bytes) -> {
      if (to.sameAddress(here)) {
        (!calls && from.equals(host.port(Path.SPARE)) ? asked : came).add(bytes.clone());
      }
      return bytes;
    });
  }

  int bit() {
    return 1 << (suite - 1);
  }

  Bench start(boolean hostInitiates) {
    calls = hostInitiates;
    if (known) {
      host.peers.add(
          new SimPeer(
              "independent",
              List.of(PeerKey.pinned(PublicKey.of(peer.publicKey))),
              hostInitiates ? here : null,
              List.of(Lab.lan(9)),
              "",
              0,
              early,
              requirePq,
              padding,
              pathMtu));
    }
    host.start();
    sim.run(5 * MS);
    return this;
  }

  /** The host reads a configuration in which its peer has changed. */
  void reconfigure(UnaryOperator<SimPeer> change) {
    host.peers.replaceAll(change);
    host.control.configure(
        host.clock(), SimPeer.configs(host.peers), SimPeer.endpoints(host.peers), Map.of());
    host.drain();
  }

  void send(byte[] datagram) {
    sendFrom(here, datagram);
  }

  void sendFrom(Endpoint from, byte[] datagram) {
    sim.deliver(from, host.address, datagram);
    sim.run(2 * MS);
  }

  List<byte[]> take() {
    List<byte[]> out = new ArrayList<>(came);
    came.clear();
    return out;
  }

  byte[] one() {
    List<byte[]> all = take();
    assertEquals(1, all.size(), sim::diagram);
    return all.getFirst();
  }

  Cookie cookie() {
    return cookie(bit());
  }

  /** A cookie of a host that has these suites. */
  Cookie cookie(int suites) {
    byte[] request = peer.cookieRequest(hostKey, suites);
    send(request);
    Cookie cookie = IndependentPeer.cookieResponse(one(), Arrays.copyOfRange(request, 4, 20));
    assertNotNull(cookie);
    assertEquals(14_400, cookie.ttlSeconds());
    assertEquals(suites, cookie.suites());
    return cookie;
  }

  Init init(Cookie cookie, long age) {
    return peer.init(suite, hostKey, cookie, age, "", 1);
  }

  long drops(DropReason reason) {
    return host.shared.counters().drops(reason);
  }

  /** Whether what came is a COOKIE_RESPONSE to this INIT. */
  Cookie refused(Init init) {
    Cookie c = IndependentPeer.cookieResponse(one(), Arrays.copyOfRange(init.bytes(), 28, 44));
    assertNotNull(c, sim::diagram);
    return c;
  }

  Established establish() {
    Init init = init(cookie(), 2);
    send(init.bytes());
    Answer answer = IndependentPeer.response(init, one(), "");
    assertNotNull(answer);
    assertEquals(0, answer.status());
    Established s = new Established(this, answer, true);
    s.send(item(PING, join(new byte[1], peer.bytes(8))));
    s.items();
    return s;
  }

  /** The host initiates and this side answers; the session is confirmed. */
  Established answered() {
    byte[] request = one();
    send(peer.answerCookieRequest(request, bit()));
    Opened opened = peer.open(one());
    assertNotNull(opened);
    send(peer.respond(opened, peer.payload2(0, 1, true, bit()), ""));
    Established s = new Established(this, opened.noise().split(), false, null);
    byte[] ping = s.only(s.items(), PING);
    s.send(item(PING, join(new byte[] {1}, Arrays.copyOfRange(ping, 1, 9))));
    return s;
  }

  /** What came that is no DATA. */
  List<byte[]> handshakes() {
    return take().stream().filter(m -> m[0] >= 0).toList();
  }

  /** The independent side of a session. */
  static final class Established {
    final Bench bench;
    final Lane out;
    final Lane in;
    final byte[] trafficIr;
    final Cookie next;

    Established(Bench bench, Answer a, boolean initiator) {
      this(bench, a.traffic(), initiator, a.next());
    }

    Established(Bench bench, byte[][] traffic, boolean initiator, Cookie next) {
      this.bench = bench;
      this.next = next;
      trafficIr = traffic[0];
      out = new Lane(bench.suite, traffic[initiator ? 0 : 1], 0, null);
      in = new Lane(bench.suite, traffic[initiator ? 1 : 0], 0, null);
    }

    void send(byte[]... items) {
      bench.send(out.seal(join(items), 0));
    }

    /** The items of all DATA that came on id 0, each whole. */
    List<byte[]> items() {
      return items(0);
    }

    List<byte[]> items(int id) {
      return itemsOf(id, bench.take());
    }

    /** The items of these DATA on id 0. */
    List<byte[]> itemsOf(byte[]... datagrams) {
      return itemsOf(0, List.of(datagrams));
    }

    private List<byte[]> itemsOf(int id, List<byte[]> datagrams) {
      List<byte[]> found = new ArrayList<>();
      for (byte[] m : datagrams) {
        assertTrue(in.carries(m, id), "not of this session: " + m[0]);
        byte[] plain = in.open(m);
        assertNotNull(plain);
        split(plain, found);
        assertTrue(bench.padding != Padding.BLOCK || plain.length % 16 == 0, "padded to 16 bytes");
      }
      return found;
    }

    byte[] only(List<byte[]> items, int type) {
      List<byte[]> of = items.stream().filter(i -> i[0] == type).toList();
      assertEquals(1, of.size(), () -> "items of type " + type + "\n" + bench.sim.diagram());
      return Arrays.copyOfRange(of.getFirst(), 3, of.getFirst().length);
    }
  }

  static void split(byte[] plain, List<byte[]> found) {
    ByteBuffer in = ByteBuffer.wrap(plain);
    int at = 0;
    while (at < plain.length && plain[at] != 0) {
      int length =
          switch (plain[at] >> 4) {
            case 4 -> in.getShort(at + 2) & 0xffff;
            case 6 -> 40 + (in.getShort(at + 4) & 0xffff);
            default -> 3 + (in.getShort(at + 1) & 0xffff);
          };
      found.add(Arrays.copyOfRange(plain, at, at + length));
      at += length;
    }
    for (; at < plain.length; at++) {
      assertEquals(0, plain[at], "padding");
    }
  }
}
