// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.ipae.tunnel.session.Quota;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Joins FRAGMENT items into the item they were cut from. Number, bytes and time are bounded: when
 * there is no room, the oldest incomplete item is discarded, because one of its fragments is
 * probably lost. Overlapping fragments spoil their item. The receiving thread.
 */
final class Fragments {
  static final int LIMIT = 64;
  static final int PER_SESSION = 16;

  /** Milliseconds. */
  static final long LIFE = 2_000;

  private static final int TOTAL = 4;
  private static final int OFFSET = 6;
  private static final int DATA = 8;

  private static final class Pending {
    final Session session;
    final int id;
    final long until;
    final byte[] bytes;
    final boolean[] there;
    int missing;
    int ecn;

    Pending(Session session, int id, long until, int total) {
      this.session = session;
      this.id = id;
      this.until = until;
      bytes = new byte[total];
      there = new boolean[total];
      missing = total;
    }
  }

  private final Deque<Pending> oldestFirst = new ArrayDeque<>();
  private final Quota inAll;
  private boolean dropped;
  private int ecn;

  /**
   * @param inAll the incomplete items of all receiving threads
   */
  Fragments(Quota inAll) {
    this.inAll = inAll;
  }

  boolean isEmpty() {
    return oldestFirst.isEmpty();
  }

  /** Discards items that have waited too long. */
  void expire(long now) {
    for (Pending p = oldestFirst.peekFirst();
        p != null && p.until <= now;
        p = oldestFirst.peekFirst()) {
      forget(p);
    }
  }

  private void forget(Pending p) {
    if (oldestFirst.remove(p)) {
      inAll.give();
      p.session.fragments().give();
    }
  }

  /** Whether the last {@link #add} discarded something: its fragment, or an item to make room. */
  boolean dropped() {
    return dropped;
  }

  /** The outer ECN bits of the item that the last {@link #add} completed: CE if any had CE. */
  int ecn() {
    return ecn;
  }

  /**
   * Adds the value of a FRAGMENT item, whose length {@link org.ipae.tunnel.wire.ItemLengths}
   * allows; returns the item that this completes, or null.
   */
  byte @Nullable [] add(Arrival arrival, Session session, byte[] b, int at, int length) {
    dropped = false;
    expire(arrival.now());
    int total = BigEndian.u16(b, at + TOTAL);
    int offset = BigEndian.u16(b, at + OFFSET);
    int data = length - DATA;
    if (offset + data > total) {
      dropped = true;
      return null;
    }
    Pending p = find(arrival.now(), session, BigEndian.u32(b, at), total);
    if (p == null || p.bytes.length != total || overlaps(p, offset, data)) {
      dropped = true;
      if (p != null) {
        forget(p);
      }
      return null;
    }
    System.arraycopy(b, at + DATA, p.bytes, offset, data);
    Arrays.fill(p.there, offset, offset + data, true);
    p.missing -= data;
    p.ecn = p.ecn == Ecn.CE ? Ecn.CE : arrival.ecn();
    if (p.missing > 0) {
      return null;
    }
    forget(p);
    ecn = p.ecn;
    return p.bytes;
  }

  private @Nullable Pending find(long now, Session session, int id, int total) {
    for (Pending p : oldestFirst) {
      if (p.session == session && p.id == id) {
        return p;
      }
    }
    boolean place =
        session.fragments().take(PER_SESSION)
            || (giveWay(session) && session.fragments().take(PER_SESSION));
    if (!place) {
      return null; // other threads hold all of them
    }
    boolean room = inAll.take(LIMIT) || ((giveWay(session) || giveWay(null)) && inAll.take(LIMIT));
    if (!room) {
      session.fragments().give();
      return null;
    }
    Pending p = new Pending(session, id, now + LIFE, total);
    oldestFirst.addLast(p);
    return p;
  }

  /** Discards the oldest item, of one session or of all; false if there is none. */
  private boolean giveWay(@Nullable Session session) {
    for (Pending p : oldestFirst) {
      if (session == null || p.session == session) {
        forget(p);
        dropped = true;
        return true;
      }
    }
    return false;
  }

  private static boolean overlaps(Pending p, int offset, int data) {
    for (int i = offset; i < offset + data; i++) {
      if (p.there[i]) {
        return true;
      }
    }
    return false;
  }

  /** Writes the header of a FRAGMENT item with {@code data} bytes at the start of {@code out}. */
  static void header(byte[] out, int id, int total, int offset, int data) {
    out[0] = Item.FRAGMENT;
    BigEndian.u16(out, 1, DATA + data);
    BigEndian.u32(out, Sizes.ITEM_HEADER, id);
    BigEndian.u16(out, Sizes.ITEM_HEADER + TOTAL, total);
    BigEndian.u16(out, Sizes.ITEM_HEADER + OFFSET, offset);
  }
}
