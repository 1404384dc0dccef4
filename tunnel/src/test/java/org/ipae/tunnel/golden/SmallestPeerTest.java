// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.Bench.FRAGMENT;
import static org.ipae.tunnel.golden.Bench.HANDSHAKE;
import static org.ipae.tunnel.golden.Bench.MS;
import static org.ipae.tunnel.golden.Bench.PING;
import static org.ipae.tunnel.golden.IndependentPeer.item;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.golden.IndependentPeer.Answer;
import org.ipae.tunnel.golden.IndependentPeer.Init;
import org.ipae.tunnel.golden.IndependentPeer.Lane;
import org.ipae.tunnel.golden.IndependentPeer.Opened;
import org.ipae.tunnel.sim.Lab;
import org.junit.jupiter.api.Test;

/** Section 14: a peer that does no more than it must loses nothing, in either role. [GN-6] */
class SmallestPeerTest {
  private static final int PATH_MTU = 8;

  /** One suite, lane 0, connection id 0, full handshakes only. */
  private static final class Smallest {
    final Bench b;
    final List<Lane> in = new ArrayList<>();
    final Map<Integer, Integer> unasked = new HashMap<>();
    final Map<String, byte[]> answered = new HashMap<>();
    final Map<Integer, byte[]> pieces = new HashMap<>();
    boolean answersPings = true;
    boolean answersProbes;
    Lane out;
    int packets;
    int fragments;
    int inits;

    Smallest(boolean hostInitiates) {
      b = new Bench(1);
      b.pathMtu = 0;
      b.start(hostInitiates);
    }

    /** A full handshake as an initiator, with a fresh cookie. */
    void initiate() {
      read();
      byte[] request = b.peer.cookieRequest(b.hostKey, 1);
      b.send(request);
      byte[] response = handshake(2);
      Init init =
          b.init(IndependentPeer.cookieResponse(response, Arrays.copyOfRange(request, 4, 20)), 2);
      b.send(init.bytes());
      Answer answer = IndependentPeer.response(init, handshake(4), "");
      assertNotNull(answer);
      assertEquals(0, answer.status());
      use(answer.traffic()[0], answer.traffic()[1]);
      b.send(out.seal(item(PING, join(new byte[1], b.peer.bytes(8))), 0));
      read();
    }

    private void use(byte[] there, byte[] back) {
      out = new Lane(1, there, 0, null);
      in.add(new Lane(1, back, 0, null));
    }

    /** The one message of a type; DATA before and behind it is read as usual. */
    private byte[] handshake(int type) {
      List<byte[]> all = b.take();
      List<byte[]> found = all.stream().filter(m -> m[0] == type).toList();
      assertEquals(1, found.size(), b.sim::diagram);
      all.stream().filter(m -> m[0] < 0).forEach(this::data);
      return found.getFirst();
    }

    /** Reads all that has come and answers what must be answered. */
    void read() {
      for (List<byte[]> all = b.take(); !all.isEmpty(); all = b.take()) {
        for (byte[] m : all) {
          switch (m[0]) {
            case 1 -> b.send(b.peer.answerCookieRequest(m, 1));
            case 3 -> answer(m);
            default -> {
              if (m[0] < 0) {
                data(m);
              }
            }
          }
        }
      }
    }

    /** A repeated INIT gets the same RESP. */
    private void answer(byte[] init) {
      byte[] said = answered.get(HexFormat.of().formatHex(init));
      if (said != null) {
        b.send(said);
        return;
      }
      Opened opened = b.peer.open(init);
      assertNotNull(opened);
      inits++;
      byte[] resp = b.peer.respond(opened, b.peer.payload2(0, 1, false, 1), "");
      answered.put(HexFormat.of().formatHex(init), resp);
      b.send(resp);
      byte[][] traffic = opened.noise().split();
      use(traffic[1], traffic[0]);
    }

    private void data(byte[] m) {
      for (Lane lane : in.reversed()) {
        if (lane.carries(m, 0)) {
          List<byte[]> items = new ArrayList<>();
          Bench.split(lane.open(m), items);
          items.forEach(this::take);
          return;
        }
      }
    }

    private void take(byte[] i) {
      if (i[0] >> 4 == 4) {
        packets++;
        return;
      }
      unasked.merge((int) i[0], 1, Integer::sum);
      switch (i[0]) {
        case PING -> {
          if (answersPings && i[3] == 0) {
            b.send(out.seal(item(PING, join(new byte[] {1}, tail(i, 4))), 0));
          }
        }
        case PATH_MTU -> {
          if (answersProbes && i[3] == 0) {
            b.send(out.seal(item(PATH_MTU, join(new byte[] {1}, tail(i, 4))), 0));
          }
        }
        case FRAGMENT -> piece(ByteBuffer.wrap(i));
        default -> {}
      }
    }

    private void piece(ByteBuffer i) {
      fragments++;
      int id = i.getInt(3);
      byte[] whole = pieces.computeIfAbsent(id, _ -> new byte[i.getShort(7) & 0xffff]);
      byte[] data = tail(i.array(), 11);
      System.arraycopy(data, 0, whole, i.getShort(9) & 0xffff, data.length);
      if ((i.getShort(9) & 0xffff) + data.length == whole.length) {
        pieces.remove(id);
        take(whole);
      }
    }

    private static byte[] tail(byte[] b, int from) {
      return Arrays.copyOfRange(b, from, b.length);
    }

    /** A packet of 1,280 bytes each way every second. */
    void exchange(int seconds) {
      int delivered = b.host.delivered.size();
      int came = packets;
      for (int s = 0; s < seconds; s++) {
        b.host.lanPacket(Lab.packet(2, 9, s, 1_280));
        b.sim.run(1_000 * MS);
        read();
        b.send(out.seal(Lab.packet(9, 2, s, 1_200), 0));
      }
      read();
      assertEquals(delivered + seconds, b.host.delivered.size(), "to the host");
      assertEquals(came + seconds, packets, "from the host");
    }
  }

  /** It makes a new session before the host wants new keys. */
  @Test
  void asAnInitiatorItLosesNothing() {
    Smallest s = new Smallest(false);
    for (int n = 0; n < 4; n++) {
      s.initiate();
      s.exchange(110);
    }
    assertFalse(s.unasked.containsKey(HANDSHAKE), "the host did not have to ask");
    assertTrue(s.fragments > 800, "the host stays at the base: " + s.fragments);
  }

  /** It answers no exchange, so the host makes a full handshake at 155 s. */
  @Test
  void asAResponderItLosesNothing() {
    Smallest s = new Smallest(true);
    s.read();
    assertEquals(1, s.inits);
    s.exchange(400);
    assertEquals(3, s.inits, "at 155 s and 310 s");
    assertTrue(s.unasked.get(HANDSHAKE) > 2);
  }

  /** What the host sends unasked in a minute. */
  @Test
  void theHostSaysMoreThanItIsAsked() {
    Smallest s = new Smallest(false);
    s.answersProbes = true;
    s.initiate();
    s.exchange(60);
    assertEquals(1, s.unasked.get(Bench.COOKIES));
    assertEquals(1, s.unasked.get(Bench.OBSERVED));
    assertTrue(s.unasked.get(PATH_MTU) >= 2);
    assertTrue(s.unasked.get(Bench.FEEDBACK) <= 60);
    assertTrue(s.unasked.get(PING) >= 10, "round trips: " + s.unasked.get(PING));
    assertEquals(0, s.fragments, "1,280 bytes fit once probes are answered");
  }

  /** What it must not leave out. */
  @Test
  void aPeerThatSaysNothingIsTakenForDead() {
    Smallest s = new Smallest(false);
    s.initiate();
    s.answersPings = false;
    s.b.host.lanPacket(Lab.packet(2, 9, 1, 60));
    for (int i = 0; i < 110; i++) {
      s.b.sim.run(100 * MS);
      s.read();
    }
    assertEquals(1, s.inits, "the host calls anew");
  }
}
