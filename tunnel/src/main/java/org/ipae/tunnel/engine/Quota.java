package org.ipae.tunnel.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the places taken of a limited number. Any thread. */
final class Quota {
  private final AtomicInteger taken = new AtomicInteger();

  /** Takes a place; false if {@code limit} are taken already. */
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
