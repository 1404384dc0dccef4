// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often something may be done, whoever does it. */
class AllowanceTest {
  @Test
  void everyPeriodHasAsMany() {
    Allowance a = new Allowance();
    for (long begin : new long[] {-5_000, 1_000, 1_100, 999_999_999_999L}) {
      for (int i = 0; i < 3; i++) {
        assertTrue(a.take(begin + i, 3, 100));
      }
      assertFalse(a.take(begin + 99, 3, 100));
      assertFalse(a.take(begin - 1, 3, 100), "of a thread whose clock was read before");
    }
  }

  @Test
  void allThreadsTogetherHaveNoMoreThanOne() throws InterruptedException {
    Allowance a = new Allowance();
    AtomicInteger taken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 10_000; i++) {
                  taken.addAndGet(a.take(1_000 + i / 100, 50, 100) ? 1 : 0);
                }
              }));
    }
    for (Thread t : threads) {
      t.join();
    }
    assertEquals(50, taken.get());
  }
}
