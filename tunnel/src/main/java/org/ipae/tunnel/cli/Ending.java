// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ipae.tunnel.log.Log;

/**
 * How the process ends. By itself the JVM answers SIGTERM and SIGINT with 128 + their number, while
 * other threads are still at work. A shutdown hook is the public way to change that: it asks the
 * daemon to stop, waits for the main thread, and halts with the main thread's exit code. The JVM
 * runs its hooks once: a second signal changes nothing.
 */
final class Ending {
  /** More than a daemon needs that waits for each of its threads. */
  private static final long PATIENCE_SECONDS = 30;

  private static final CountDownLatch ENDED = new CountDownLatch(1);
  private static volatile int code = Exit.FAILED;

  private Ending() {}

  /** From now on signals ask to stop. */
  static void bySignal(Runnable stop) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stop), "ipae-stop"));
  }

  private static void end(Runnable stop) {
    stop.run();
    try {
      if (!ENDED.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Log.error("not stopped after " + PATIENCE_SECONDS + " s: giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code);
  }

  /** The main thread's last call. */
  static void exit(int exitCode) {
    code = exitCode;
    ENDED.countDown();
    System.exit(exitCode);
  }
}
