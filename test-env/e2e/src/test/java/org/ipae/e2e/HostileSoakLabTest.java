// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.ipae.lab.flood.Flood;
import org.ipae.lab.flood.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * All floods at once, that of a configured peer among them, while an honest gateway starts again
 * and again.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *  killed every 10 s |
 *               strangers --> UDP 1138 of gw-b
 * </pre>
 */
@Isolated("floods")
@Tag("once")
class HostileSoakLabTest {
  private static final long PATIENCE_MILLIS = 10_000;

  /** What two cores that also run the daemons and the flooders can send for minutes. */
  private static final Map<Kind, Integer> RATES =
      new EnumMap<>(
          Map.of(
              Kind.INITS, 100,
              Kind.INIT_PARTS, 100,
              Kind.PEER_INITS, 20,
              Kind.COOKIE_REQUESTS, 5_000,
              Kind.UNKNOWN_IDS, 5_000));

  /** Ten minutes in soak, half a minute in check. */
  @Test
  @Tag("long")
  void everyHandshakeSucceedsWithinTenSecondsAndTheHeapIsFlatWhileAllFloodAtOnce()
      throws Exception {
    int seconds = Integer.getInteger("ipae.flow.seconds", 30);
    try (TwoSites s = new TwoSites()) {
      s.direct();
      s.b.peer("bad", Flood.peerKey(), "", "", List.of("10.66.0.0/24"));
      Host strangers = Flood.behind(s.lab, s.mid);
      s.up();
      long pid = s.b.show().path("pid").asLong();
      List<Flood> floods = new ArrayList<>();
      RATES.forEach((kind, rate) ->
          floods.add(Flood.of(kind, rate, seconds, s.lab, strangers, s.b, "2001:db8:b::1")));
      floods.forEach(Flood::begun);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      List<Long> heap = new ArrayList<>();
      long slowest = 0;
      int handshakes = 0;
      while (System.nanoTime() < end) {
        s.a.kill();
        long killed = System.nanoTime();
        s.a.start();
        Lab.await(PATIENCE_MILLIS, "up again", () -> s.a.up(s.b));
        slowest = Math.max(slowest, System.nanoTime() - killed);
        handshakes++;
        assertTrue(
            s.lanA.pings("10.2.0.2", 40, 0.2) >= 38, "pings of 40, where a may be one early");
        heap.add(HostileLabTest.heapUsedAfterCollection(pid));
      }
      floods.forEach(Flood::over);
      long first =
          heap.subList(0, (heap.size() + 1) / 2).stream().mapToLong(h -> h).max().orElse(0);
      long second =
          heap.subList(heap.size() / 2, heap.size()).stream().mapToLong(h -> h).max().orElse(0);
      System.out.printf(
          "hostile, %d s: %d handshakes, the slowest %d ms with the start; heap at most %d KiB, then"
              + " %d KiB%n",
          seconds, handshakes, TimeUnit.NANOSECONDS.toMillis(slowest), first, second);
      assertTrue(second < first + 4_096, heap::toString);
      assertEquals(10, s.lanA.pings("10.2.0.2", 10, 0.05));
      assertTrue(s.b.process().isAlive());
      assertFalse(s.b.log().contains("Exception"), s.b.log());
    }
  }
}
