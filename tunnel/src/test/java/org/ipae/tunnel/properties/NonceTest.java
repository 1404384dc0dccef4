// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.ipae.crypto.HeaderMask;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.sim.Flow;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimHost;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Property 13: no key seals twice with one nonce, unless it is the same datagram once more. */
class NonceTest {

  /** Sees every DATA that is sent with the eyes of its sender. */
  private static final class Watch {
    private record Keys(String key, byte[] iv, HeaderMask mask) {}

    private final Map<Long, Keys> byId = new HashMap<>();
    private final Map<String, byte[]> sealed = new HashMap<>();
    final Set<String> keys = new HashSet<>();
    int repeats;
    int early;

    Watch(Lab lab) {
      lab.sim.tap((from, to, b) -> {
        if (b[0] < 0) {
          SimHost sender = from.sameAddress(lab.a.address) ? lab.a : lab.b;
          see(sender, b, lab);
        }
        return b;
      });
    }

    private void see(SimHost sender, byte[] b, Lab lab) {
      long id = BigEndian.u64(b, 0);
      Keys k = byId.get(id);
      if (k == null) {
        learn(sender);
        k = byId.get(id);
        assertTrue(k != null, () -> "sealed by no lane of its sender\n" + lab.sim.diagram());
      }
      keys.add(k.key);
      byte[] mask = new byte[16];
      k.mask.masks(b, 12, 1, mask, 0);
      byte[] nonce = k.iv.clone();
      int counter = BigEndian.u32(b, 8) ^ BigEndian.u32(mask, 0);
      BigEndian.u32(nonce, 8, BigEndian.u32(nonce, 8) ^ counter);
      byte[] before = sealed.putIfAbsent(k.key + HexFormat.of().formatHex(nonce), b.clone());
      if (before != null) {
        repeats++;
        assertTrue(
            Arrays.equals(before, b), () -> "nonce used twice: " + counter + lab.sim.diagram());
      }
    }

    /** Notes the keys and the first ids of all lanes that the host can send on. */
    private void learn(SimHost sender) {
      try {
        for (SendLane lane : Reachable.find(sender.control, SendLane.class)) {
          Object keys = Reachable.value(SendLane.class.getDeclaredField("keys"), lane);
          // The key itself is in the cipher alone; this secret comes from the same one as the key.
          Secret ids = (Secret) Reachable.value(keys.getClass().getDeclaredField("ids"), keys);
          if (ids.closed()) {
            continue;
          }
          Object ciphers = Reachable.value(keys.getClass().getDeclaredField("ciphers"), keys);
          if (ciphers == null) {
            continue; // nothing has been sealed yet
          }
          Class<?> c = ciphers.getClass();
          HeaderMask mask = (HeaderMask) Reachable.value(c.getDeclaredField("headerMask"), ciphers);
          byte[] iv = (byte[]) Reachable.value(c.getDeclaredField("iv"), ciphers);
          Keys k = new Keys(HexFormat.of().formatHex(ids.bytes()), iv.clone(), mask);
          for (int i = 0; i < 16; i++) {
            byId.putIfAbsent(lane.connectionId(i), k);
          }
          long fixed =
              (long) Reachable.value(SendLane.class.getDeclaredField("connectionId"), lane);
          if (byId.putIfAbsent(fixed, k) == null) {
            early++;
          }
        }
      } catch (NoSuchFieldException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void noKeySealsTwiceWithOneNonce() {
    for (int turn = 0; turn < 4; turn++) {
      Lab lab = new Lab(1_300 + turn);
      lab.a.lanes = 1 + turn;
      lab.b.lanes = 4 - turn;
      Watch watch = new Watch(lab);
      lab.a.timing = Timing.rekeyEvery(10_000);
      lab.b.timing = lab.a.timing;
      lab.a.suites = List.of(turn % 2 == 0 ? Corpus.HYBRID : Corpus.CLASSICAL);
      lab.b.suites = lab.a.suites;
      lab.sim.weather.loss = 0.08 * turn;
      lab.sim.weather.duplicate = 0.08 * turn;
      lab.sim.weather.jitter = 10L * turn * MS;
      lab.start();
      for (int part = 0; part < 12; part++) {
        Flow flow = Flow.start(lab, 20 * MS);
        lab.sim.run(25_000 * MS);
        flow.stop();
        lab.sim.run(part % 3 == 0 ? 60_000 * MS : 3_000 * MS); // sometimes keys end
        if (part % 4 == 1) {
          SimHost host = part % 8 == 1 ? lab.b : lab.a;
          host.kill();
          host.start();
        }
        if (part % 4 == 3) {
          lab.a.moveTo(Endpoint.of(new byte[] {(byte) 198, 51, 100, (byte) part}, 1138));
          lab.a.ownPathChanged();
        }
      }
      System.out.printf(
          "property 13: %d datagrams, %d keys, %d early lanes, %d datagrams sent again%n",
          watch.sealed.size(), watch.keys.size(), watch.early, watch.repeats);
      assertTrue(watch.keys.size() > 20 && watch.early > 0);
    }
  }

  @Test
  void earlyDataThatIsRepeatedIsRepeatedByteForByte() {
    Lab lab = Corpus.idleWithCookie(1_310);
    Watch watch = new Watch(lab);
    int[] answers = {0};
    lab.sim.tap((from, to, b) -> to.equals(lab.a.address) && answers[0]++ < 4 ? null : b);
    for (int i = 0; i < 5; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, i, 100));
      lab.sim.run(150 * MS);
    }
    lab.sim.await(20_000 * MS, "up", lab::bothUp);
    assertTrue(watch.repeats > 0, "nothing was repeated");
  }

  /**
   * Host a is killed before it has noted that a cookie is used, three times: each time after {@code
   * life} milliseconds, with the INIT and its early data lost or not. Its last life goes on.
   *
   * @param sameEntropy whether it begins each time with the same random bytes
   */
  private static void killedWithOneCookie(
      long seed, Suite suite, long life, boolean lost, boolean sameEntropy) {
    Lab lab = Corpus.oneSided(seed);
    lab.a.suites = List.of(suite);
    lab.b.suites = lab.a.suites;
    lab.up();
    lab.sim.run(300_000 * MS);
    lab.a.keepDisk = false; // what follows is not noted
    lab.a.seed = sameEntropy ? seed : null;
    lab.a.kill();
    lab.b.delivered.clear();
    new Watch(lab);
    Recording sent = Recording.of(lab.sim);
    boolean[] cut = {false};
    lab.sim.tap((from, to, b) -> cut[0] ? null : b);
    int serial = 0;
    for (int n = 0; n < 3; n++) {
      cut[0] = lost && n == 0;
      lab.a.start();
      for (int i = 0; i < 5; i++) {
        lab.a.lanPacket(Lab.packet(1, 2, serial++, 200));
      }
      if (n < 2) {
        lab.sim.run(life * MS);
        lab.a.kill();
      }
    }
    lab.sim.run(2_000 * MS);
    assertTrue(lab.bothUp(), lab.sim::diagram);
    Set<String> tags = new HashSet<>();
    Set<String> ids = new HashSet<>();
    Set<String> ephemerals = new HashSet<>();
    for (Recording.Datagram d : sent.to(lab.b.address)) {
      if (d.type() != MessageType.INIT) {
        continue;
      }
      tags.add(HexFormat.of().formatHex(d.bytes(), Init.TAG, Init.TAG + Sizes.COOKIE_TAG));
      ids.add(HexFormat.of().formatHex(d.bytes(), Init.ID, Init.ID + 4));
      ephemerals.add(HexFormat.of().formatHex(d.bytes(), Init.NOISE, Init.NOISE + Sizes.KEY));
    }
    assertEquals(
        List.of(1, 3, 3), List.of(tags.size(), ids.size(), ephemerals.size()), lab.sim::diagram);
    // No packet is lost but those that were cut off, ...
    List<Long> arrived = lab.b.delivered.stream().map(Lab::serial).sorted().toList();
    List<Long> all = LongStream.range(lost ? 5 : 0, 15).boxed().toList();
    assertEquals(all, arrived, lab.sim::diagram);
    // ... and whoever has recorded it all delivers none twice.
    List<Recording.Datagram> recorded = List.copyOf(sent.to(lab.b.address));
    recorded.forEach(d -> lab.sim.deliver(lab.a.address, lab.b.address, d.bytes().clone()));
    lab.sim.run(2_000 * MS);
    long different = lab.b.delivered.stream().map(Lab::serial).distinct().count();
    assertEquals(different, lab.b.delivered.size(), lab.sim::diagram);
  }

  /** [CK-8] */
  @Test
  void aCookieThatIsUsedAgainAfterAKillMakesOtherKeys() {
    long seed = 1_320;
    for (Suite suite : List.of(Corpus.HYBRID, Corpus.CLASSICAL)) {
      for (long life : new long[] {1, 49, 70, 120, 1_000}) {
        killedWithOneCookie(seed++, suite, life, false, false);
        killedWithOneCookie(seed++, suite, life, true, false);
      }
    }
  }

  @Test
  void theSameKeysWouldBeSeen() {
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> killedWithOneCookie(1_350, Corpus.HYBRID, 0, false, true));
    assertTrue(e.getMessage().startsWith("nonce used twice"), e.getMessage());
  }
}
