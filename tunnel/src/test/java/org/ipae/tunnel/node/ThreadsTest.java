// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThreadsTest {
  private final Stop stop = new Stop();
  private final Threads threads = new Threads(stop);

  private static void uninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // goes on waiting
      }
    }
  }

  @Test
  void aThreadThatFailsStopsTheDaemonAndIsItsReason() throws Exception {
    AutoCloseable running =
        threads.start(
            "fails",
            () -> {
              throw new UncheckedIOException("the device has failed", new IOException("gone"));
            },
            () -> {});
    stop.await();
    assertEquals("the device has failed: gone", stop.failure());
    running.close();
  }

  @Test
  void aFailureWhileStoppingIsNoReason() {
    stop.ask();
    stop.fail("late");
    assertNull(stop.failure());
  }

  @Test
  void closingAsksTheThreadToEndAndWaitsForIt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    AutoCloseable running =
        threads.start(
            "works",
            () -> {
              uninterruptibly(asked);
              ended.set(true);
            },
            asked::countDown);
    running.close();
    assertTrue(ended.get());
    AtomicBoolean freed = new AtomicBoolean();
    threads.usedBy(() -> freed.set(true)).close();
    assertTrue(freed.get());
  }

  @Test
  void memoryThatAHangingThreadUsesIsNotFreed() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    threads.start("hangs", () -> uninterruptibly(never), () -> {}).close();
    AtomicBoolean freed = new AtomicBoolean();
    threads.usedBy(() -> freed.set(true)).close();
    assertEquals(false, freed.get());
    never.countDown();
  }

  @Test
  void anInterruptedWaitIsARequestToStopAndIsPassedOn() {
    Thread.currentThread().interrupt();
    stop.await();
    assertTrue(Thread.interrupted());
    assertTrue(stop.isAsked());
    assertNull(stop.failure());
  }
}
