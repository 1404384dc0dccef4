// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import java.util.ArrayDeque;
import java.util.Deque;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.Path;

/**
 * Paths that were claimed while the peer was still at the known one: not followed for {@link
 * #LIFE}. This is what decides, and the control thread alone knows it. {@link Way#avoidedUntil} is
 * about the packet threads, which only spare control the news of the last of these paths.
 */
final class Losers {
  /** Milliseconds. */
  static final long LIFE = 30_000;

  private static final int LIMIT = 8;

  private record Loser(Path path, long until) {}

  private final Deque<Loser> all = new ArrayDeque<>(2);

  void add(Moment now, Path path) {
    if (all.size() == LIMIT) {
      all.removeFirst();
    }
    all.addLast(new Loser(path, now.millis() + LIFE));
  }

  boolean has(Moment now, Path path) {
    while (!all.isEmpty() && now.millis() >= all.getFirst().until()) {
      all.removeFirst();
    }
    return all.stream().anyMatch(l -> l.path().equals(path));
  }
}
