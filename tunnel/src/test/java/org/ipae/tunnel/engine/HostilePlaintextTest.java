// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.RawItem;
import org.junit.jupiter.api.Test;

/** What a peer with the right keys may put into a datagram. */
class HostilePlaintextTest {

  private static void send(Lab lab, byte[] plaintext) {
    SendChannel c = lab.a.shared.peer(0).channel();
    lab.a.outbound.item(lab.a.clock() / MS, c, plaintext);
    lab.a.outbound.finish();
    lab.a.drain();
  }

  private static byte[] value(Random random, int type) {
    int length =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(4);
          case 1 -> new int[] {9, 17, 1, 8, 18, 54, 57, 1_301}[random.nextInt(8)];
          default -> random.nextInt(200);
        };
    byte[] v = new byte[length];
    random.nextBytes(v);
    if (length > 0) {
      v[0] = (byte) random.nextInt(4);
    }
    if (type == Item.FRAGMENT && length >= 8) {
      BigEndian.u32(v, 0, random.nextInt(4));
      BigEndian.u16(v, 4, length - 8);
      BigEndian.u16(v, 6, 0);
    }
    return v;
  }

  @Test
  void noPlaintextOfAPeerMakesAnythingThrow() {
    long seed = 71;
    Lab lab = new Lab(seed).up();
    lab.sim.run(1_000 * MS);
    Random random = new Random(seed);
    int cases = Integer.getInteger("ipae.cases", 100_000) / 5;
    for (int i = 0; i < cases; i++) {
      byte[] plain = new byte[1_400];
      int at = 0;
      for (int n = random.nextInt(4); n >= 0; n--) {
        int type = random.nextInt(20) == 0 ? random.nextInt(256) : 1 + random.nextInt(10);
        if (type == Item.CLOSE) {
          continue; // ends the session, as it should
        }
        byte[] item = RawItem.of(type, value(random, type));
        if (random.nextInt(10) == 0) {
          item[1 + random.nextInt(2)] ^= (byte) (1 << random.nextInt(8));
        }
        int size = Math.min(item.length, plain.length - at);
        System.arraycopy(item, 0, plain, at, size);
        at += size;
      }
      byte[] sent = Arrays.copyOf(plain, Math.max(1, at));
      if (sent[0] == Item.CLOSE) {
        sent[0] = 0;
      }
      send(lab, sent);
      if (i % 100 == 0) {
        lab.sim.run(100 * MS);
        lab.sim.await(30_000 * MS, "up", lab::bothUp);
        String where = "seed " + seed + ", case " + i;
        assertTrue(lab.b.shared.sessions().size() < 200, where);
      }
    }
    lab.sim.await(60_000 * MS, "up", lab::bothUp);
    assertTrue(lab.b.shared.counters().drops(DropReason.BAD_ITEM) > 0);
    assertTrue(lab.b.shared.counters().drops(DropReason.BAD_FRAGMENT) > 0);
    assertTrue(lab.b.shared.counters().drops(DropReason.UNKNOWN_ITEM) > 0);
    lab.a.lanPacket(Lab.packet(1, 2, 4711, 100));
    lab.sim.run(200 * MS);
    assertEquals(4711, Lab.serial(lab.b.delivered.getLast()));
  }

  @Test
  void aPacketFromASourceThatIsNotRoutedToItsPeerIsDropped() {
    Lab lab = new Lab(72).up();
    send(lab, Lab.packet(3, 2, 1, 100));
    send(lab, Lab.packet(2, 2, 1, 100));
    lab.sim.run(200 * MS);
    assertEquals(0, lab.b.delivered.size());
    assertEquals(2, lab.b.shared.counters().drops(DropReason.WRONG_SOURCE));
  }

  @Test
  void severalPacketsInOneDatagramAreDeliveredInOrder() {
    Lab lab = new Lab(73).up();
    byte[] both = new byte[160];
    System.arraycopy(Lab.packet(1, 2, 1, 60), 0, both, 0, 60);
    System.arraycopy(Lab.packet(1, 2, 2, 90), 0, both, 60, 90);
    send(lab, both);
    lab.sim.run(200 * MS);
    assertEquals(2, lab.b.delivered.size());
    assertArrayEquals(Lab.packet(1, 2, 1, 60), lab.b.delivered.get(0));
    assertArrayEquals(Lab.packet(1, 2, 2, 90), lab.b.delivered.get(1));
  }

  @Test
  void anEmptyDatagramIsAuthenticAndCarriesNothing() {
    Lab lab = new Lab(74).up();
    send(lab, new byte[0]);
    send(lab, new byte[] {0});
    lab.sim.run(200 * MS);
    assertTrue(lab.bothUp());
    assertEquals(0, lab.b.shared.counters().drops(DropReason.BAD_ITEM));
  }

  @Test
  void packetsLargerThanThePathTravelInFragments() {
    Lab lab = new Lab(75).up();
    for (int length : new int[] {1_444, 1_445, 3_000, 9_000, 65_535}) {
      lab.a.lanPacket(Lab.packet(1, 2, length, length));
      lab.sim.run(200 * MS);
      assertArrayEquals(Lab.packet(1, 2, length, length), lab.b.delivered.getLast());
    }
    assertEquals(5, lab.b.delivered.size());
  }
}
