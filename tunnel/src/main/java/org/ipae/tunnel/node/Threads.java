// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;

/**
 * The threads of the daemon. If one fails, all stop, and its reason is the daemon's. One thread
 * starts and ends them.
 */
final class Threads {
  private static final long PATIENCE = TimeUnit.SECONDS.toMillis(2);

  /** For signals, the end, the compiler, clients: the JVM makes threads of its own when needed. */
  private static final int SPARE = 8;

  private final Stop stop;
  private boolean late;

  Threads(Stop stop) {
    this.stop = stop;
  }

  /**
   * Starts a thread.
   *
   * @param end asks it to end, from another thread
   * @return ends it, and waits until it has ended
   */
  AutoCloseable start(String name, Runnable body, Runnable end) {
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .daemon() // main waits for it; what hangs does not keep the process alive
            .uncaughtExceptionHandler((_, e) -> failed(name, e))
            .unstarted(body);
    thread.start();
    return () -> {
      end.run();
      join(thread);
    };
  }

  /**
   * Makes sure that the host gives as many threads more as answering and stopping need.
   *
   * @throws OutOfMemoryError if it does not
   */
  static void checkSpare() {
    CountDownLatch enough = new CountDownLatch(1);
    try {
      for (int i = 0; i < SPARE; i++) {
        Thread.ofPlatform().name("ipae-spare").daemon().start(() -> awaitQuietly(enough));
      }
    } finally {
      enough.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(String name, Throwable e) {
    String reason = Reason.of(e);
    Log.error("thread " + name + " has failed: " + reason);
    stop.fail(reason);
  }

  private void join(Thread thread) {
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      late = true;
      Log.error("thread " + thread.getName() + " does not end");
    }
  }

  /** Closes what threads use, unless one of them still runs: it would reach into freed memory. */
  AutoCloseable usedBy(AutoCloseable resource) {
    return () -> {
      if (!late) {
        resource.close();
      }
    };
  }
}
