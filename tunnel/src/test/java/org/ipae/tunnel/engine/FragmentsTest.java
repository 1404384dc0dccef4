// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.session.Quota;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.junit.jupiter.api.Test;

class FragmentsTest {
  private final SessionPair pair = SessionPair.make(1, Suite.X25519_AES256GCM);
  private final Session session = pair.initiator();
  private final Fragments fragments = new Fragments(new Quota());

  private static byte[] piece(int id, int total, int offset, byte[] whole, int n) {
    byte[] b = new byte[8 + n];
    BigEndian.u32(b, 0, id);
    BigEndian.u16(b, 4, total);
    BigEndian.u16(b, 6, offset);
    System.arraycopy(whole, offset, b, 8, n);
    return b;
  }

  private static Arrival at(long now) {
    Arrival arrival = new Arrival();
    arrival.read(
        now, Received.datagram(new byte[0], Lab.endpoint(1, false), Lab.endpoint(2, false)), 0, 0);
    return arrival;
  }

  private byte[] add(long now, byte[] value) {
    return fragments.add(at(now), session, value, 0, value.length);
  }

  @Test
  void piecesInAnyOrderMakeTheWhole() {
    Random random = new Random(1);
    for (int turn = 0; turn < 500; turn++) {
      byte[] whole = new byte[1 + random.nextInt(9_000)];
      random.nextBytes(whole);
      List<byte[]> pieces = new ArrayList<>();
      for (int at = 0; at < whole.length; ) {
        int n = Math.min(whole.length - at, 1 + random.nextInt(1_500));
        pieces.add(piece(turn, whole.length, at, whole, n));
        at += n;
      }
      Collections.shuffle(pieces, random);
      for (int i = 0; i < pieces.size(); i++) {
        byte[] out = add(0, pieces.get(i));
        assertFalse(fragments.dropped());
        if (i < pieces.size() - 1) {
          assertNull(out);
        } else {
          assertArrayEquals(whole, out, "seed 1, turn " + turn);
        }
      }
    }
  }

  @Test
  void overlapsAndContradictionsSpoilTheWhole() {
    byte[] whole = new byte[100];
    assertNull(add(0, piece(1, 100, 0, whole, 50)));
    assertNull(add(0, piece(1, 100, 49, whole, 51)));
    assertTrue(fragments.dropped());
    // It starts anew.
    assertNull(add(0, piece(1, 100, 50, whole, 50)));
    assertFalse(fragments.dropped());
    assertNull(add(0, piece(1, 90, 0, whole, 50)));
    assertTrue(fragments.dropped());
  }

  @Test
  void piecesBeyondTheEndAreRefused() {
    byte[] whole = new byte[100];
    for (byte[] bad : List.of(piece(1, 50, 0, whole, 51), piece(1, 50, 50, whole, 1))) {
      assertNull(add(0, bad));
      assertTrue(fragments.dropped());
    }
  }

  @Test
  void theyAreBoundedInNumberAndTheOldestGivesWay() {
    byte[] whole = new byte[100];
    for (int id = 0; id < Fragments.PER_SESSION; id++) {
      add(0, piece(id, 100, 0, whole, 50));
      assertFalse(fragments.dropped());
    }
    add(0, piece(999, 100, 0, whole, 50));
    assertTrue(fragments.dropped());
    // Another session is not hurt.
    byte[] other = piece(1, 100, 0, whole, 50);
    fragments.add(at(0), pair.responder(), other, 0, other.length);
    assertFalse(fragments.dropped());
    assertNotNull(add(0, piece(999, 100, 50, whole, 50)));
    assertNotNull(add(0, piece(1, 100, 50, whole, 50)), "all but the oldest are there");
    assertNull(add(0, piece(0, 100, 50, whole, 50)));
    add(Fragments.LIFE, piece(999, 100, 0, whole, 50));
    assertFalse(fragments.dropped());
  }

  @Test
  void lostPiecesStopNoOthers() {
    byte[] whole = new byte[100];
    for (int id = 0; id < 1_000; id++) {
      assertNull(add(0, piece(2 * id, 100, 0, whole, 50))); // its other half is lost
      assertNull(add(0, piece(2 * id + 1, 100, 0, whole, 50)));
      assertNotNull(add(0, piece(2 * id + 1, 100, 50, whole, 50)));
    }
  }

  @Test
  void whoeverLosesPiecesInManySessionsStopsNoOtherSession() {
    byte[] whole = new byte[100];
    byte[] first = piece(1, 100, 0, whole, 50);
    for (int i = 0; i < 2 * Fragments.LIMIT; i++) {
      Session s = SessionPair.make(i, Suite.X25519_AES256GCM).initiator();
      fragments.add(at(0), s, first, 0, first.length);
      assertEquals(i >= Fragments.LIMIT, fragments.dropped());
    }
    assertNull(add(0, first));
    assertNotNull(add(0, piece(1, 100, 50, whole, 50)));
  }

  @Test
  void theyAreBoundedInTime() {
    byte[] whole = new byte[100];
    add(0, piece(1, 100, 0, whole, 50));
    // What came too late has to come whole again.
    assertNull(add(Fragments.LIFE, piece(1, 100, 50, whole, 50)));
    assertNotNull(add(Fragments.LIFE, piece(1, 100, 0, whole, 50)));
  }

  @Test
  void noBytesMakeItThrow() {
    Random random = new Random(2);
    int cases = Integer.getInteger("ipae.cases", 100_000);
    for (int i = 0; i < cases; i++) {
      byte[] b = new byte[9 + random.nextInt(32)];
      random.nextBytes(b);
      BigEndian.u32(b, 0, random.nextInt(20));
      b[4] = 0;
      b[6] = 0;
      fragments.add(at(i / 50), session, b, 0, b.length);
    }
  }

  @Test
  void aHeaderIsWhatIsRead() {
    byte[] b = new byte[11 + 30];
    Arrays.fill(b, 11, b.length, (byte) 7);
    Fragments.header(b, 5, 30, 0, 30);
    assertEquals(Item.FRAGMENT, b[0]);
    assertEquals(38, BigEndian.u16(b, 1));
    assertArrayEquals(Arrays.copyOfRange(b, 11, b.length), fragments.add(at(0), session, b, 3, 38));
  }

  @Test
  void severalThreadsKeepTogetherNoMoreThanOneDoes() {
    byte[] whole = new byte[100];
    Quota inAll = new Quota();
    List<Fragments> threads = List.of(new Fragments(inAll), new Fragments(inAll));
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sessions.add(SessionPair.make(100 + i, Suite.X25519_AES256GCM).initiator());
    }
    int kept = 0;
    for (int id = 0; id < 20; id++) {
      for (Session s : sessions) {
        byte[] value = piece(id, 100, 0, whole, 50);
        Fragments f = threads.get(id % 2);
        assertNull(f.add(at(0), s, value, 0, value.length));
        kept += f.dropped() ? 0 : 1;
      }
    }
    assertEquals(Fragments.LIMIT, kept);
    // The one that is idle gives its places back as well.
    threads.forEach(f -> f.expire(Fragments.LIFE));
    for (int id = 0; id < 20; id++) {
      byte[] value = piece(id, 100, 0, whole, 50);
      Fragments f = threads.get(id % 2);
      f.add(at(Fragments.LIFE), sessions.getFirst(), value, 0, value.length);
      assertEquals(id >= Fragments.PER_SESSION, f.dropped());
    }
  }
}
