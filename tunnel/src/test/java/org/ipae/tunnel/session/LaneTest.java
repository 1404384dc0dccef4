// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

class LaneTest {

  @Test
  void whatIsSealedOpensOnceWhateverTheBatch() {
    for (Suite suite : Suite.values()) {
      SessionPair pair = SessionPair.make(5, suite);
      Random random = new Random(5);
      byte[] wire = new byte[1 << 20];
      byte[] plain = new byte[1500];
      byte[] out = new byte[1600];
      for (int batch : new int[] {1, 2, 255, 256, 257, 600}) {
        int[] at = new int[batch + 1];
        byte[][] sent = new byte[batch][];
        for (int i = 0; i < batch; i++) {
          random.nextBytes(plain);
          int n = random.nextInt(1_400);
          sent[i] = Arrays.copyOf(plain, n);
          at[i + 1] = at[i] + pair.initiator().send().seal(plain, 0, n, wire, at[i]);
          assertEquals(n + Sizes.DATA_OVERHEAD, at[i + 1] - at[i]);
        }
        pair.initiator().send().mask(wire);
        ReceiveLane lane = pair.responder().receive(0);
        for (int i = batch - 1; i >= 0; i--) {
          int n = lane.open(wire, at[i], at[i + 1] - at[i], out);
          assertArrayEquals(sent[i], Arrays.copyOf(out, n));
          assertEquals(ReceiveLane.REPLAYED, lane.open(wire, at[i], at[i + 1] - at[i], out));
        }
      }
    }
  }

  @Test
  void idsOfSenderAndReceiverAgreeAndTheFirstRegistrationWins() {
    SessionPair pair = SessionPair.make(6, Suite.X25519_AES256GCM);
    ReceiveLane lane = pair.responder().receive(0);
    SessionTable table = new SessionTable();
    table.register(lane, 0, 2);
    assertEquals(3, table.size());
    for (int i = 0; i < 3; i++) {
      long id = pair.initiator().send().connectionId(i);
      assertSame(lane, table.lookup(id).lane());
      assertEquals(i, table.lookup(id).index());
      assertNotEquals(0, id & Long.MIN_VALUE);
    }
    ReceiveLane other = pair.initiator().receive(0);
    long first = pair.initiator().send().connectionId(0);
    table.register(new SessionTable.Entry(first, other, 9));
    assertSame(lane, table.lookup(first).lane());
    table.remove(other, first);
    assertSame(lane, table.lookup(first).lane());
    table.remove(lane, 0, 2);
    assertEquals(0, table.size());
    assertNull(table.lookup(first));
  }

  @Test
  void aSteppedIdIsTheOneOnTheWire() {
    SessionPair pair = SessionPair.make(7, Suite.X25519_AES256GCM);
    SendLane lane = pair.initiator().send();
    byte[] wire = new byte[200];
    for (int i : new int[] {0, 1, 2, 1}) {
      lane.useId(i);
      lane.seal(new byte[20], 0, 20, wire, 0);
      lane.mask(wire);
      assertEquals(lane.connectionId(i), BigEndian.u64(wire, 0));
    }
  }

  @Test
  void aClosedLaneNeitherSealsNorOpens() {
    SessionPair pair = SessionPair.make(8, Suite.X25519_AES256GCM);
    byte[] wire = new byte[200];
    int n = pair.initiator().send().seal(new byte[20], 0, 20, wire, 0);
    pair.initiator().send().mask(wire);
    ReceiveLane lane = pair.responder().receive(0);
    lane.close();
    assertEquals(ReceiveLane.CLOSED, lane.open(wire, 0, n, new byte[200]));
    pair.initiator().send().close();
    assertEquals(false, pair.initiator().send().usable());
  }

  @Test
  void beforeConfirmationOnlyTheBudgetIsSpent() {
    Session s = SessionPair.make(9, Suite.X25519_AES256GCM).responder();
    s.allow(100);
    assertEquals(true, s.spend(60));
    assertEquals(false, s.spend(41));
    assertEquals(true, s.spend(40));
    assertEquals(false, s.spend(1));
    s.confirm();
    assertEquals(true, s.spend(1_000_000));
  }

  @Test
  void lanesOfASessionShareNothing() {
    SessionPair pair = SessionPair.make(8, Suite.X25519_AES256GCM, 3);
    Set<Long> ids = new HashSet<>();
    byte[] wire = new byte[200];
    byte[] out = new byte[200];
    for (int n = 0; n < 3; n++) {
      SendLane lane = pair.initiator().send(n);
      for (int i = 0; i < 3; i++) {
        assertTrue(ids.add(lane.connectionId(i)));
        assertEquals(lane.connectionId(i), pair.responder().receive(n).connectionId(i));
      }
      for (int count = 0; count <= n; count++) {
        int length = lane.seal(new byte[20], 0, 20, wire, 0);
        lane.mask(wire);
        for (int other = 0; other < 3; other++) {
          if (other != n) {
            int result = pair.responder().receive(other).open(wire, 0, length, out);
            assertEquals(ReceiveLane.FORGED, result);
          }
        }
        assertEquals(20, pair.responder().receive(n).open(wire, 0, length, out));
        assertEquals(count, pair.responder().receive(n).highest());
      }
      assertEquals(n + 1, lane.packets());
    }
    assertEquals(6, pair.initiator().sentPackets());
    assertFalse(pair.initiator().wantsRekey());
  }

  @Test
  void aLaneIsOneThreadsUntilItIsGivenBack() {
    SessionPair pair = SessionPair.make(9, Suite.X25519_AES256GCM, 2);
    MaskRoom room = new MaskRoom();
    assertTrue(pair.initiator().send(0).claim(room));
    assertFalse(pair.initiator().send(0).claim(room));
    assertTrue(pair.initiator().send(1).claim(room));
    pair.initiator().send(0).release();
    assertTrue(pair.initiator().send(0).claim(room));
    assertTrue(pair.responder().receive(1).claim(room));
    assertFalse(pair.responder().receive(1).claim(room));
    pair.responder().receive(1).release();
    assertTrue(pair.responder().receive(1).claim(room));
  }

  @Test
  void anyLaneNearItsLimitsWantsARekey() throws ReflectiveOperationException {
    SessionPair pair = SessionPair.make(10, Suite.X25519_AES256GCM, 3);
    Field packets = SendLane.class.getDeclaredField("packets");
    packets.setAccessible(true);
    ((AtomicLong) packets.get(pair.initiator().send(2))).set(Limits.REKEY_PACKETS - 1);
    assertFalse(pair.initiator().wantsRekey());
    pair.initiator().send(2).seal(new byte[20], 0, 20, new byte[200], 0);
    assertTrue(pair.initiator().wantsRekey());
    assertFalse(pair.responder().wantsRekey());
  }
}
