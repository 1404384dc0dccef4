package org.ipae.tunnel.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** How many places of a bounded number are taken. Any thread. */
final class Quota {
  private final AtomicInteger taken = new AtomicInteger();

  /** Takes a place; false if {@code limit} of them are taken. */
  boolean take(int limit) {
    if (taken.incrementAndGet() <= limit) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  void give() {
    taken.decrementAndGet();
  }
}
