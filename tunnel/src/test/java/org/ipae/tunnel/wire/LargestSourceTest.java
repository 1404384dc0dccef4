// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LargestSourceTest {
  private static final long SEED = 20_261_127;
  private static final long[] MASKS = {-1L << 16, -1L << 8, -1L};

  private record Entry(Endpoint source, LargestSource.Place place) implements LargestSource.Entry {}

  private static long prefix(Endpoint e, int level) {
    return (e.isIpv4() ? e.lo() : e.hi()) & MASKS[level];
  }

  /** By its definition, the whole table for each choice. */
  private static List<Entry> largest(List<Entry> oldestFirst) {
    List<Entry> left = oldestFirst;
    for (int level = 0; level < MASKS.length; level++) {
      Map<Long, List<Entry>> groups = new HashMap<>();
      List<Entry> most = List.of();
      for (Entry e : left) {
        groups.computeIfAbsent(prefix(e.source, level), _ -> new ArrayList<>()).add(e);
      }
      for (Entry e : left) { // the first of those that are equal
        List<Entry> group = groups.get(prefix(e.source, level));
        most = group.size() > most.size() ? group : most;
      }
      left = most;
    }
    return left;
  }

  private static Endpoint source(SplittableRandom r) {
    long few = r.nextLong() & 0x0103_0000_0003_0303L;
    return r.nextInt(4) == 0
        ? Endpoint.of(new byte[] {10, (byte) r.nextInt(2), (byte) r.nextInt(3), 7}, r.nextInt(9))
        : new Endpoint(0x2001_0db8_0000_0000L | few, r.nextLong(), r.nextInt(9));
  }

  @Test
  void theChoiceIsThatOfTheDefinitionWhateverComesAndGoes() {
    SplittableRandom r = new SplittableRandom(SEED);
    LargestSource sources = new LargestSource();
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (all.isEmpty() || (all.size() < 64 && r.nextInt(3) > 0)) {
        Endpoint e = source(r);
        all.add(new Entry(e, sources.enter(e)));
      } else {
        sources.leave(all.remove(r.nextInt(all.size())).place());
      }
      if (!all.isEmpty()) {
        same(largest(all), all, sources.ofAll(all), i);
        List<Entry> some = all.stream().filter(_ -> r.nextInt(3) == 0).toList();
        if (!some.isEmpty()) {
          same(largest(some), some, sources.ofSome(some), i);
        }
      }
    }
  }

  private static void same(
      List<Entry> expected, List<Entry> among, LargestSource.Place chosen, int step) {
    List<Entry> got = among.stream().filter(e -> e.place.same(chosen)).toList();
    assertEquals(expected, got, () -> "seed " + SEED + ", step " + step);
    assertTrue(!got.isEmpty());
  }
}
