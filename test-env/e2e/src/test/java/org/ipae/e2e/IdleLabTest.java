// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
      double least = 1;
      for (int i = 0; i < WINDOWS && least >= 0.005; i++) {
        long before = s.a.cpuNanos(".*");
        Thread.sleep(SECONDS * 1_000L);
        least = Math.min(least, (s.a.cpuNanos(".*") - before) / (SECONDS * 1e9));
      }
      System.out.printf("idle: %.2f %% of a core%n", 100 * least);
      assertTrue(least < 0.005, "share of a core: " + least);
    }
  }
}
