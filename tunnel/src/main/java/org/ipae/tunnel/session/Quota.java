// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the places taken of a limited number. Any thread. */
public final class Quota {
  private final AtomicInteger taken = new AtomicInteger();

  /** Takes a place; false if {@code limit} are taken already. */
  public boolean take(int limit) {
    if (taken.incrementAndGet() <= limit) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  public void give() {
    taken.decrementAndGet();
  }
}
