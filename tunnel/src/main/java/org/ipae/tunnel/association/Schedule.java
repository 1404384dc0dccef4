// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * When each peer's timers are due, ordered: finding and changing the first costs the logarithm of
 * the number of peers. Peers are told apart by their numbers; times are milliseconds.
 */
final class Schedule {
  private record Due(long at, int peer) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at != other.at ? Long.compare(at, other.at) : Integer.compare(peer, other.peer);
    }
  }

  private final TreeSet<Due> order = new TreeSet<>();
  private @Nullable Due[] ofPeer = {};

  private @Nullable Due of(int peer) {
    return peer < ofPeer.length ? ofPeer[peer] : null;
  }

  /** A peer's timers are due at a time; {@link Long#MAX_VALUE} is never. */
  void set(int peer, long at) {
    Due before = of(peer);
    if (before != null && before.at == at) {
      return;
    }
    remove(peer);
    if (at != Long.MAX_VALUE) {
      Due due = new Due(at, peer);
      order.add(due);
      if (peer >= ofPeer.length) {
        ofPeer = Arrays.copyOf(ofPeer, Math.max(peer + 1, 2 * ofPeer.length));
      }
      ofPeer[peer] = due;
    }
  }

  /** As {@link #set}, but what is due at {@code now} stays due: changes must not put it off. */
  void change(long now, int peer, long at) {
    Due before = of(peer);
    if (before == null || before.at > now) {
      set(peer, at);
    }
  }

  void remove(int peer) {
    Due before = of(peer);
    if (before != null) {
      ofPeer[peer] = null;
      order.remove(before);
    }
  }

  /** When the first is due; {@link Long#MAX_VALUE} if none is. */
  long first() {
    return order.isEmpty() ? Long.MAX_VALUE : order.first().at;
  }

  /**
   * Takes out every peer that is due, in order; each may be set anew meanwhile, to a later time.
   */
  void due(long now, IntConsumer act) {
    while (!order.isEmpty() && order.first().at <= now) {
      int peer = order.first().peer;
      remove(peer);
      act.accept(peer);
    }
  }
}
