// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.ipae.tunnel.session.Quota;
import org.ipae.tunnel.wire.LargestSource;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * DATA that arrived before its session exists here: early data overtakes the public-key work. A
 * table of fixed size, whose entries expire after {@link #LIFE}. Anyone can fill it, so a new
 * datagram always finds room. The receiving thread.
 */
final class HeldDatagrams {
  static final int LIMIT = 64;
  static final int PER_ID = 16;

  /** Milliseconds. */
  static final long LIFE = 100;

  /** So many give way at once, so that a flood does not search the table for each datagram. */
  private static final int AT_ONCE = 8;

  /** One datagram; the bytes are a copy. */
  record Held(long id, byte[] bytes, Path path, int ecn, long until) {}

  private final @Nullable Held[] slots = new Held[LIMIT];
  private final Quota inAll;
  private int count;

  /**
   * @param inAll the datagrams held by all receiving threads
   */
  HeldDatagrams(Quota inAll) {
    this.inAll = inAll;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Keeps a datagram. If there is no room, older ones of the largest source give way.
   *
   * @return how many datagrams went: those whose time was over or that gave way, or this one
   */
  int add(Held held) {
    int dropped = 0;
    boolean full = true;
    int same = 0;
    for (int i = 0; i < LIMIT; i++) {
      Held h = slots[i];
      if (h == null) {
        full = false;
      } else if (h.until <= held.until - LIFE) {
        take(i);
        dropped++;
        full = false;
      } else if (h.id == held.id) {
        same++;
      }
    }
    if (same >= PER_ID) {
      dropped += giveWay(those(h -> h.id == held.id), 1);
    } else if (full) {
      dropped += giveWay(those(h -> true), AT_ONCE);
    }
    boolean room = inAll.take(LIMIT);
    if (!room && count > 0) {
      dropped += giveWay(those(h -> true), AT_ONCE); // other receiving threads hold the rest
      room = inAll.take(LIMIT);
    }
    if (!room) {
      return dropped + 1;
    }
    count++;
    slots[indexOf(null)] = held;
    return dropped;
  }

  private int giveWay(List<Held> some, int most) {
    List<Held> largest = LargestSource.among(some, h -> h.path.remote());
    int n = Math.min(most, (largest.size() + 1) / 2);
    largest.subList(0, n).forEach(h -> take(indexOf(h)));
    return n;
  }

  /** The oldest first. */
  private List<Held> those(Predicate<Held> wanted) {
    List<Held> out = new ArrayList<>(LIMIT);
    for (Held h : slots) {
      if (h != null && wanted.test(h)) {
        out.add(h);
      }
    }
    out.sort(Comparator.comparingLong(Held::until));
    return out;
  }

  private int indexOf(@Nullable Held held) {
    int i = 0;
    while (!Objects.equals(slots[i], held)) {
      i++;
    }
    return i;
  }

  /** Takes entry {@code i} out, null if it is free. */
  @Nullable Held take(int i) {
    Held h = slots[i];
    if (h != null) {
      slots[i] = null;
      inAll.give();
      count--;
    }
    return h;
  }

  /** Entry {@code i}, which stays; null if it is free. */
  @Nullable Held peek(int i) {
    return slots[i];
  }
}
