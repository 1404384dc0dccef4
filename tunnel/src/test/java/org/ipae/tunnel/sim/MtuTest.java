// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.size.PathMtuState;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.offload.Sum;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.RawItem;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Two gateways find what the path between them carries, and follow it. */
class MtuTest {
  private static final int DF = 0x40;

  private static boolean found(PeerStatus s) {
    return s.size().pathMtuState() == PathMtuState.FOUND;
  }

  private static boolean bothFound(Lab lab) {
    return found(lab.a.status(lab.b)) && found(lab.b.status(lab.a));
  }

  private static Lab lab(long seed, boolean ipv6, int mtu) {
    Lab lab = new Lab(seed, ipv6);
    lab.sim.weather.mtu = mtu;
    return lab;
  }

  private static byte[] dontFragment(byte[] packet) {
    packet[6] |= DF;
    return packet;
  }

  /** A packet from a to b every ten milliseconds, and when the last one came. */
  private static final class Bulk {
    final Lab lab;
    final int length;
    long serial;
    boolean on = true;

    Bulk(Lab lab, int length) {
      this.lab = lab;
      this.length = length;
      next();
    }

    private void next() {
      if (on) {
        lab.a.lanPacket(Lab.packet(1, 2, serial++, length));
        lab.sim.after(10 * MS, this::next);
      }
    }
  }

  @Test
  void theMtuOfEveryPathIsFoundAndToldToTheRoutes() {
    for (boolean ipv6 : new boolean[] {false, true}) {
      for (int mtu : new int[] {1_280, 1_300, 1_400, 1_452, 1_492, 1_500}) {
        Lab lab = lab(41, ipv6, mtu).up();
        lab.sim.await(9_000 * MS, "found " + mtu, () -> bothFound(lab));
        assertEquals(mtu, lab.a.status(lab.b).size().pathMtu());
        assertEquals(mtu, lab.b.status(lab.a).size().pathMtu());
        int inner = lab.b.address.payload(mtu) - Sizes.DATA_OVERHEAD;
        assertEquals(Math.max(1_280, inner), lab.a.routeMtus.get(lab.b.lan));
      }
    }
  }

  @Test
  void noPacketIsLostWhileTheSearchIsUnderWay() {
    Lab lab = lab(42, false, 1_400).up();
    Bulk bulk = new Bulk(lab, 1_420);
    lab.sim.run(5_000 * MS);
    bulk.on = false;
    lab.sim.run(500 * MS);
    assertEquals(bulk.serial, lab.b.delivered.size());
  }

  @Test
  void trafficGoesOnWithinASecondWhenThePathShrinksAndNobodySaysSo() {
    for (boolean answers : new boolean[] {false, true}) {
      Lab lab = lab(43, false, 1_500).up();
      lab.sim.await(2_000 * MS, "found", () -> bothFound(lab));
      new Bulk(lab, 1_420);
      if (answers) {
        lab.sim.after(0, () -> answer(lab));
      }
      lab.sim.run(3_000 * MS);
      lab.sim.weather.mtu = 1_300;
      int before = lab.b.delivered.size();
      lab.sim.await(1_700 * MS, "delivery", () -> lab.b.delivered.size() > before + 10);
      lab.sim.await(8_000 * MS, "found", () -> found(lab.a.status(lab.b)));
      assertEquals(1_300, lab.a.status(lab.b).size().pathMtu());
      assertEquals(1_280, lab.a.routeMtus.get(lab.b.lan));
    }
  }

  /** Small packets of the other direction all the time. */
  private static void answer(Lab lab) {
    lab.b.lanPacket(Lab.packet(2, 1, 1, 60));
    lab.sim.after(10 * MS, () -> answer(lab));
  }

  @Test
  void eachDirectionHasAnMtuOfItsOwn() {
    Lab lab = new Lab(44);
    lab.sim.tap((from, to, bytes) ->
        to.equals(lab.b.address) && bytes.length > to.payload(1_400) ? null : bytes);
    lab.up();
    lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
    assertEquals(1_400, lab.a.status(lab.b).size().pathMtu());
    assertEquals(1_500, lab.b.status(lab.a).size().pathMtu());
  }

  @Test
  void whatMayNotBeCutIsAnsweredAndEverythingElseIsCarried() {
    Lab lab = lab(45, false, 1_400).up();
    lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
    int inner = 1_400 - 28 - 28;
    lab.a.lanPacket(dontFragment(Lab.packet(1, 2, 1, inner)));
    lab.a.lanPacket(Lab.packet(1, 2, 2, 1_420));
    byte[] refused = dontFragment(Lab.packet(1, 2, 3, 1_420));
    lab.a.lanPacket(refused);
    byte[] tcp = dontFragment(Lab.packet(1, 2, 4, 1_420));
    tcp[9] = 6;
    lab.a.lanPacket(tcp);
    lab.sim.run(200 * MS);
    assertEquals(List.of(1L, 2L, 4L), lab.b.delivered.stream().map(Lab::serial).toList());
    assertEquals(1, lab.a.shared.counters().drops(DropReason.TOO_BIG));
    assertEquals(2, lab.a.answers.size());
    ByteBuffer told = ByteBuffer.wrap(lab.a.answers.getFirst());
    assertEquals(0x0304, told.getShort(20));
    assertEquals(inner, told.getShort(26));
    assertEquals(ByteBuffer.wrap(refused).getInt(12), told.getInt(16), "to the sender");
  }

  @Test
  void inner1280PassesWhateverThePath() {
    for (boolean ipv6 : new boolean[] {false, true}) {
      Lab lab = lab(46, ipv6, 1_280).up();
      lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
      lab.a.lanPacket(dontFragment(Lab.packet(1, 2, 7, 1_280)));
      lab.sim.run(200 * MS);
      assertEquals(1, lab.b.delivered.size());
      assertEquals(0, lab.a.answers.size());
      lab.a.lanPacket(dontFragment(Lab.packet(1, 2, 8, 1_281)));
      assertEquals(1, lab.a.answers.size());
    }
  }

  /** [IT-15] */
  @Test
  void aProbeIsAnsweredOnceAndItemsThatAreNoneAreCounted() {
    Lab lab = new Lab(47).up();
    lab.sim.run(2_000 * MS);
    List<byte[]> back = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      if (to.equals(lab.a.address)) {
        back.add(bytes);
      }
      return bytes;
    });
    byte[] probe = {0, 9, 9, 9, 9, 5, 0};
    say(lab, RawItem.of(Item.PATH_MTU, probe));
    lab.sim.run(80 * MS);
    assertEquals(1, back.size());
    assertEquals(0, lab.b.shared.counters().drops(DropReason.BAD_ITEM));
    for (int kind : new int[] {2, 77, 255}) {
      byte[] unknown = probe.clone();
      unknown[0] = (byte) kind;
      say(lab, RawItem.of(Item.PATH_MTU, unknown));
    }
    for (int length : new int[] {0, 1, 6, 8, 200}) {
      say(lab, RawItem.of(Item.PATH_MTU, Arrays.copyOf(probe, length)));
    }
    byte[] answer = probe.clone();
    answer[0] = 1;
    say(lab, RawItem.of(Item.PATH_MTU, answer));
    lab.sim.run(80 * MS);
    assertEquals(1, back.size(), "nothing of this is answered");
    assertEquals(8, lab.b.shared.counters().drops(DropReason.BAD_ITEM));
    assertEquals(1_500, lab.b.status(lab.a).size().pathMtu());
  }

  private static void say(Lab lab, byte[] item) {
    SendChannel c = lab.a.shared.peer(0).channel();
    lab.a.outbound.item(lab.a.clock() / MS, c, item);
    lab.a.outbound.finish();
  }

  @Test
  void aProbeFillsTheSizeThatItNames() {
    Lab lab = lab(48, false, 9_000);
    lab.a.linkMtu = 4_000;
    List<Integer> sizes = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      if (to.equals(lab.b.address)) {
        sizes.add(bytes.length + Sizes.IPV4_UDP);
      }
      return bytes;
    });
    lab.up();
    lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
    assertEquals(4_000, lab.a.status(lab.b).size().pathMtu());
    assertEquals(1_500, lab.b.status(lab.a).size().pathMtu());
    assertTrue(sizes.contains(4_000) && sizes.contains(1_280), sizes::toString);
    assertTrue(sizes.stream().noneMatch(s -> s > 4_000), sizes::toString);
  }

  @Test
  void aForgedHintShrinksNothing() {
    Lab lab = new Lab(49).up();
    lab.sim.await(2_000 * MS, "found", () -> bothFound(lab));
    Bulk bulk = new Bulk(lab, 1_420);
    for (int i = 0; i < 500; i++) {
      for (int j = 0; j < 100; j++) {
        lab.a.inbound.tooBig(
            lab.a.clock() / MS, lab.b.address.hi(), lab.b.address.lo(), 68 + 37 * j % 1_500, false);
      }
      lab.a.drain();
      lab.sim.run(10 * MS);
      assertEquals(1_500, lab.a.status(lab.b).size().pathMtu());
    }
    bulk.on = false;
    lab.sim.run(200 * MS);
    assertEquals(bulk.serial, lab.b.delivered.size());
  }

  @Test
  void aTrueHintIsFollowedAfterAProbe() {
    Lab lab = new Lab(50).up();
    lab.sim.run(2_000 * MS);
    lab.sim.weather.mtu = 1_391;
    lab.a.inbound.tooBig(lab.a.clock() / MS, lab.b.address.hi(), lab.b.address.lo(), 1_391, false);
    lab.a.drain();
    lab.sim.await(2_000 * MS, "size", () -> lab.a.status(lab.b).size().pathMtu() == 1_391);
  }

  @Test
  void newKeysDoNotBeginTheSearchAnew() {
    Lab lab = lab(51, false, 1_400).up();
    Flow flow = Flow.start(lab, 100 * MS);
    lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
    long before = lab.a.status(lab.b).session().sessions();
    for (int i = 0; i < 3_000; i++) {
      lab.sim.run(100 * MS);
      assertEquals(1_400, lab.a.status(lab.b).size().pathMtu());
    }
    flow.stop();
    assertTrue(lab.a.status(lab.b).session().sessions() > before);
  }

  @Test
  void theFirstInitAfterARestartFitsWhatWasFoundBefore() {
    Lab lab = lab(52, true, 1_280).up();
    lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
    lab.a.kill();
    List<Integer> tooLong = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      if (bytes[0] > 0 && bytes.length > to.payload(1_280)) {
        tooLong.add(bytes.length);
      }
      return bytes;
    });
    lab.a.start();
    lab.a.lanPacket(Lab.packet(1, 2, 5, 1_000));
    lab.sim.await(1_000 * MS, "delivery", () -> !lab.b.delivered.isEmpty());
    assertEquals(List.of(), tooLong);
  }

  @Test
  void aNumberInTheConfigurationIsTakenAsItIs() {
    Lab lab = lab(53, false, 1_500);
    lab.a.peers.set(0, lab.a.peers.getFirst().pathMtu(1_400));
    List<Integer> sizes = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      if (to.equals(lab.b.address)) {
        sizes.add(bytes.length);
      }
      return bytes;
    });
    lab.up();
    lab.sim.run(5_000 * MS);
    assertEquals(PathMtuState.FIXED, lab.a.status(lab.b).size().pathMtuState());
    assertEquals(1_400, lab.a.status(lab.b).size().pathMtu());
    assertFalse(sizes.contains(1_400 - Sizes.IPV4_UDP), "nothing is probed");
    assertEquals(1_500, lab.b.status(lab.a).size().pathMtu(), "but probes are answered");
  }

  @Test
  void anotherAddressIsAnotherPath() {
    Lab lab = new Lab(55).up();
    lab.sim.await(2_000 * MS, "found", () -> bothFound(lab));
    Endpoint next = Endpoint.of(new byte[] {(byte) 198, 51, 100, 7}, 1138);
    List<Integer> sizes = new ArrayList<>();
    lab.sim.tap((from, to, bytes) -> {
      boolean narrow = from.equals(next) || to.equals(next);
      if (to.equals(next)) {
        sizes.add(bytes.length + Sizes.IPV4_UDP);
      }
      return narrow && bytes.length > to.payload(1_400) ? null : bytes;
    });
    Bulk bulk = new Bulk(lab, 1_420);
    lab.a.moveTo(next);
    lab.sim.await(
        5_000 * MS, "moved", () -> next.toString().equals(lab.b.status(lab.a).road().endpoint()));
    assertEquals(PathMtuState.BASE, lab.b.status(lab.a).size().pathMtuState());
    assertEquals(1_280, lab.b.status(lab.a).size().pathMtu());
    lab.sim.await(8_000 * MS, "found", () -> found(lab.b.status(lab.a)));
    assertEquals(1_400, lab.b.status(lab.a).size().pathMtu());
    lab.sim.await(
        8_000 * MS,
        "noticed by a, which knows of no move",
        () -> lab.a.status(lab.b).size().pathMtu() == 1_400);
    bulk.on = false;
    assertTrue(sizes.stream().allMatch(n -> n <= 1_500), sizes::toString);
  }

  @Test
  void roundTripAndLossAreShownAndLostProbesAreNoLoss() {
    Lab lab = lab(56, false, 1_400).up();
    Flow flow = Flow.start(lab, 10 * MS);
    lab.sim.run(12_000 * MS);
    assertTrue(found(lab.a.status(lab.b)));
    assertEquals(0, lab.a.status(lab.b).session().lostDatagrams());
    assertEquals(100_000, lab.a.status(lab.b).session().rttMicros(), 10_000);
    lab.sim.weather.loss = 0.1;
    long before = lab.a.status(lab.b).session().sentDatagrams();
    lab.sim.run(10_000 * MS);
    flow.stop();
    lab.sim.weather.loss = 0;
    lab.sim.run(2_000 * MS);
    PeerStatus s = lab.a.status(lab.b);
    double share = (double) s.session().lostDatagrams() / (s.session().sentDatagrams() - before);
    assertTrue(share > 0.05 && share < 0.15, "lost " + share);
  }

  @Test
  void anAnswerQuotesThePacketAndItsChecksumsAreRight() {
    Lab lab = lab(54, false, 1_400).up();
    lab.sim.await(8_000 * MS, "found", () -> bothFound(lab));
    byte[] packet = dontFragment(Lab.packet(1, 2, 9, 1_420));
    lab.a.lanPacket(packet);
    byte[] told = lab.a.answers.getFirst();
    assertArrayEquals(
        Arrays.copyOf(packet, told.length - 28), Arrays.copyOfRange(told, 28, told.length));
    assertEquals(0xffff, Sum.of(told, 0, 20, 0));
    assertEquals(0xffff, Sum.of(told, 20, told.length, 0));
  }
}
