// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

  /** What the window must do, in the plainest way. */
  private static final class Naive {
    private final Set<Long> seen = new HashSet<>();
    private long highest = -1;

    boolean isNew(long counter) {
      return counter > highest
          || (highest - counter < Limits.REPLAY_WINDOW && !seen.contains(counter));
    }

    void mark(long counter) {
      seen.add(counter);
      highest = Math.max(highest, counter);
    }
  }

  private static long next(Random random, long highest) {
    long base = Math.max(0, highest);
    return switch (random.nextInt(8)) {
      case 0 -> base + 1;
      case 1 -> base + random.nextInt(200);
      case 2 -> base + random.nextInt(3 * Limits.REPLAY_WINDOW);
      case 3 -> Math.max(0, base - Limits.REPLAY_WINDOW + random.nextInt(5) - 2);
      case 4 -> Math.max(0, base - random.nextInt(64));
      case 5 -> (base | 63) + random.nextInt(3);
      default -> Math.max(0, base - random.nextInt(Limits.REPLAY_WINDOW + 300));
    };
  }

  @Test
  void itAgreesWithANaiveModel() {
    int cases = Integer.getInteger("ipae.cases", 100_000);
    for (long seed = 1; seed <= 10; seed++) {
      Random random = new Random(seed);
      ReplayWindow window = new ReplayWindow();
      Naive naive = new Naive();
      for (int i = 0; i < cases / 10; i++) {
        long counter = next(random, window.highest());
        boolean fresh = naive.isNew(counter);
        String where = "seed " + seed + ", case " + i + ", counter " + counter;
        assertEquals(fresh, window.isNew(counter), where);
        if (fresh && random.nextInt(10) != 0) { // one in ten does not open
          window.mark(counter);
          naive.mark(counter);
          assertFalse(window.isNew(counter), where);
        }
        assertEquals(naive.highest, window.highest(), where);
      }
    }
  }

  @Test
  void theOldestCounterOfTheWindowIsNewAndTheOneBeforeIsNot() {
    ReplayWindow window = new ReplayWindow();
    window.mark(Limits.REPLAY_WINDOW + 100L);
    assertTrue(window.isNew(101));
    assertFalse(window.isNew(100));
  }

  @Test
  void checkingMarksNothing() {
    ReplayWindow window = new ReplayWindow();
    assertTrue(window.isNew(7));
    assertTrue(window.isNew(7));
    assertEquals(-1, window.highest());
  }
}
