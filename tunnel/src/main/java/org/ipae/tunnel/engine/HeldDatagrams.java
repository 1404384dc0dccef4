// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.tunnel.session.Quota;
import org.ipae.tunnel.wire.LargestSource;
import org.ipae.tunnel.wire.Path;

/**
 * DATA that arrived before its session exists here: early data overtakes the public-key work. A
 * table of fixed size, whose entries expire after {@link #LIFE}. Anyone can fill it, so a new
 * datagram always finds room. The receiving thread.
 */
final class HeldDatagrams {
  static final int LIMIT = 64;
  static final int PER_ID = 16;

  /** Milliseconds. */
  static final long LIFE = 400;

  /** So many give way at once, so that a flood does not search the table for each datagram. */
  private static final int AT_ONCE = 8;

  /** One datagram; the bytes are a copy. */
  record Held(long id, byte[] bytes, Path path, int ecn, long until, LargestSource.Place place)
      implements LargestSource.Entry {}

  /** The oldest first. */
  private final List<Held> held = new ArrayList<>(LIMIT);

  private final LargestSource sources = new LargestSource();
  private final Quota inAll;

  /**
   * @param inAll the datagrams held by all receiving threads
   */
  HeldDatagrams(Quota inAll) {
    this.inAll = inAll;
  }

  int size() {
    return held.size();
  }

  /**
   * Keeps a copy of a datagram. If there is no room, older ones of the largest source give way; it
   * is copied only then.
   *
   * @return how many datagrams went: those whose time was over or that gave way, or this one
   */
  int add(long now, long id, byte[] b, int off, int len, Path path, int ecn) {
    int before = held.size();
    while (!held.isEmpty() && held.getFirst().until <= now) {
      take(0);
    }
    List<Held> ofId = ofId(id);
    if (ofId.size() >= PER_ID) {
      giveWay(sources.ofSome(ofId), ofId, 1);
    } else if (held.size() >= LIMIT) {
      giveWay(sources.ofAll(held), held, AT_ONCE);
    }
    boolean room = inAll.take(LIMIT);
    if (!room && !held.isEmpty()) {
      giveWay(sources.ofAll(held), held, AT_ONCE); // other receiving threads hold the rest
      room = inAll.take(LIMIT);
    }
    int went = before - held.size();
    if (!room) {
      return went + 1;
    }
    byte[] copy = Arrays.copyOfRange(b, off, off + len);
    held.add(new Held(id, copy, path, ecn, now + LIFE, sources.enter(path.remote())));
    return went;
  }

  private List<Held> ofId(long id) {
    List<Held> found = List.of();
    for (int i = 0; i < held.size(); i++) {
      if (held.get(i).id == id) {
        found = found.isEmpty() ? new ArrayList<>(PER_ID) : found;
        found.add(held.get(i));
      }
    }
    return found;
  }

  /** The oldest of a place go: half of those that are among {@code some}, and no more than that. */
  private void giveWay(LargestSource.Place place, List<Held> some, int most) {
    List<Held> going = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      if (some.get(i).place.same(place)) {
        going.add(some.get(i));
      }
    }
    int n = Math.min(most, (going.size() + 1) / 2);
    for (int i = 0; i < n; i++) {
      take(held.indexOf(going.get(i)));
    }
  }

  /** Takes entry {@code i} out; those behind it move up. */
  Held take(int i) {
    Held h = held.remove(i);
    sources.leave(h.place);
    inAll.give();
    return h;
  }

  /** Entry {@code i}, which stays. */
  Held get(int i) {
    return held.get(i);
  }
}
