// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.ipae.lab.Tcp;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A gateway without traffic.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b    a copy, then nothing
 * </pre>
 */
@Isolated("measures CPU time")
@Tag("once")
class IdleLabTest {
  private static final int SECONDS = 5;

  /**
   * After a flow the JIT compiler is busy for a while, and control's timers, a few a second, run
   * interpreted for the first minutes: the first of so many windows that is quiet.
   */
  private static final int WINDOWS = 36;

  @Test
  void usesLessThanHalfAPercentOfACore() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      Tcp.copy(s, 20_000_000, 30);
      Map<String, Long> least = Map.of("not measured", Long.MAX_VALUE);
      for (int i = 0; i < WINDOWS && share(least) >= 0.005; i++) {
        Map<String, Long> before = s.a.cpuNanos();
        Thread.sleep(SECONDS * 1_000L);
        Map<String, Long> used = used(before, s.a.cpuNanos());
        least = share(used) < share(least) ? used : least;
      }
      System.out.printf("idle: %.2f %% of a core%n", 100 * share(least));
      assertTrue(share(least) < 0.005, "nanoseconds of " + SECONDS + " s: " + least);
    }
  }

  /** What each thread that still runs has used. */
  private static Map<String, Long> used(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> out = new TreeMap<>();
    after.forEach((thread, total) -> {
      long more = total - before.getOrDefault(thread, 0L);
      if (more > 0) {
        out.put(thread, more);
      }
    });
    return out;
  }

  private static double share(Map<String, Long> used) {
    return used.values().stream().mapToDouble(Long::doubleValue).sum() / (SECONDS * 1e9);
  }
}
