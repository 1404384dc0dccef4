// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The request to stop, by the operator or because something has failed. Any thread. */
public final class Stop {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  /** Somebody wants the daemon to end. */
  public void ask() {
    asked.countDown();
  }

  /** The daemon cannot go on. Of several reasons the first counts, and none after {@link #ask}. */
  void fail(String reason) {
    if (!isAsked()) {
      failure.compareAndSet(null, reason);
    }
    asked.countDown();
  }

  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Blocks until one of both; an interrupt counts as a request. */
  void await() {
    await(Long.MAX_VALUE);
  }

  /**
   * The same, for a while.
   *
   * @param millis at most
   * @return whether the daemon is to end
   */
  boolean await(long millis) {
    try {
      return asked.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ask();
      return true;
    }
  }

  /** Why the daemon cannot go on; null if it was asked to stop. */
  @Nullable String failure() {
    return failure.get();
  }
}
