// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.Suite;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tunnel.link.Forwarding;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.offload.Sum;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.DropReason;
import org.junit.jupiter.api.Test;

/** RFC 6040, normal mode. */
class EcnTest {
  private static final int DROP = -1;

  /** Figure 4 of RFC 6040: inner bits by row, outer bits by column, both in numeric order. */
  private static final int[][] DECAPSULATION = {
    // outer: Not-ECT, ECT(1), ECT(0), CE
    {Ecn.NOT_ECT, Ecn.NOT_ECT, Ecn.NOT_ECT, DROP},
    {Ecn.ECT_1, Ecn.ECT_1, Ecn.ECT_1, Ecn.CE},
    {Ecn.ECT_0, Ecn.ECT_1, Ecn.ECT_0, Ecn.CE},
    {Ecn.CE, Ecn.CE, Ecn.CE, Ecn.CE},
  };

  private static byte[] ipv4(int ecn, int size) {
    byte[] b = Lab.packet(1, 2, 7, size);
    b[1] = (byte) (0xb8 | ecn);
    ByteBuffer.wrap(b).putShort(10, (short) ~Sum.of(b, 0, 20, 0));
    return b;
  }

  private static byte[] ipv6(int ecn) {
    byte[] b = new byte[48];
    ByteBuffer.wrap(b).putInt(0x6b80_1234 | ecn << 20).putShort((short) 8);
    return b;
  }

  @Test
  void everyPairOfBitsGivesWhatTheRfcSays() {
    for (int inner = 0; inner < 4; inner++) {
      for (int outer = 0; outer < 4; outer++) {
        int wanted = DECAPSULATION[inner][outer];
        for (byte[] b : List.of(ipv4(inner, 60), ipv6(inner))) {
          String what = "inner " + inner + " outer " + outer + " version " + (b[0] >>> 4);
          assertEquals(wanted != DROP, Ecn.decapsulate(b, 0, outer), what);
          int left = wanted == DROP ? inner : wanted;
          assertArrayEquals(b[0] >>> 4 == 4 ? ipv4(left, 60) : ipv6(left), b, what);
        }
      }
    }
  }

  private final SessionPair pair = SessionPair.make(1, Suite.X25519_AES256GCM);
  private final SentDatagrams wire = new SentDatagrams(16);
  private final List<byte[]> delivered = new ArrayList<>();
  private final SharedState far = state(pair.responder(), 1);
  private final Outbound outbound = new Outbound(state(pair.initiator(), 2), n -> true, wire);
  private final Inbound inbound =
      new Inbound(
          far, n -> true, (b, off, len) -> delivered.add(Arrays.copyOfRange(b, off, off + len)));

  private static SharedState state(Session s, int lan) {
    SharedState shared = new SharedState();
    PeerLink link = new PeerLink(0, "peer");
    shared.peer(0, link);
    Prefix prefix = Prefix.of(new byte[] {10, (byte) lan, 0, 0}, 16);
    shared.publish(new Forwarding(new RouteTable<>(Map.of(prefix, link))));
    s.confirm();
    link.publish(new SendChannel(s, s.path(), 0, 1_472, Padding.BLOCK));
    shared.sessions().register(s.receive(0), 0, 2);
    return shared;
  }

  private void send(byte[] packet) {
    outbound.packet(1, Received.packet(packet), 0);
  }

  private void arrive(int datagram, int ecn) {
    byte[] b = wire.sent().get(datagram).bytes();
    arrive(b, 0, ecn);
  }

  private void arrive(byte[] b, int segment, int ecn) {
    DatagramBatch batch = Received.datagram(b, Lab.endpoint(1, false), Lab.endpoint(2, false));
    batch.segmentSize(0, segment);
    batch.ecn(0, ecn);
    inbound.datagrams(1, batch, 0);
  }

  @Test
  void theOuterHeaderHasTheInnerBitsAndOnlyPacketsOfEqualBitsShareADatagram() {
    send(ipv4(Ecn.ECT_0, 60));
    send(ipv4(Ecn.ECT_0, 60));
    send(ipv4(Ecn.NOT_ECT, 60));
    send(ipv4(Ecn.CE, 1_420));
    send(ipv4(Ecn.ECT_1, 3_000));
    outbound.finish();
    assertEquals(
        List.of(Ecn.ECT_0, Ecn.NOT_ECT, Ecn.CE, Ecn.ECT_1, Ecn.ECT_1, Ecn.ECT_1),
        wire.sent().stream().map(SentDatagrams.Sent::ecn).toList());
  }

  @Test
  void congestionMetByOneFragmentIsToldToThePacketAndCounted() {
    send(ipv4(Ecn.ECT_0, 3_000));
    outbound.finish();
    arrive(0, Ecn.ECT_0);
    arrive(1, Ecn.CE);
    arrive(2, Ecn.ECT_0);
    assertEquals(1, delivered.size());
    assertArrayEquals(ipv4(Ecn.CE, 3_000), delivered.getFirst());
    assertEquals(1, pair.responder().receive(0).congestion());
  }

  @Test
  void whatFollowsTheLastFragmentInItsRunHasItsOwnBits() {
    send(ipv4(Ecn.ECT_0, 2_800));
    outbound.finish();
    send(ipv4(Ecn.ECT_0, 60));
    outbound.finish();
    assertEquals(3, wire.sent().size());
    byte[] last = wire.sent().get(1).bytes();
    byte[] next = wire.sent().get(2).bytes();
    byte[] run = Arrays.copyOf(last, last.length + next.length);
    System.arraycopy(next, 0, run, last.length, next.length);
    arrive(0, Ecn.CE);
    arrive(run, last.length, Ecn.ECT_0);
    assertArrayEquals(ipv4(Ecn.CE, 2_800), delivered.get(0));
    assertArrayEquals(ipv4(Ecn.ECT_0, 60), delivered.get(1));
  }

  @Test
  void aPacketThatCannotBeToldOfCongestionIsDroppedAndCounted() {
    send(ipv4(Ecn.NOT_ECT, 60));
    outbound.finish();
    arrive(0, Ecn.CE);
    assertEquals(List.of(), delivered);
    assertEquals(1, far.counters().drops(DropReason.CONGESTION));
  }
}
