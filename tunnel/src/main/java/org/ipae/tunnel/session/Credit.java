// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may still be sent to where nobody has answered yet. Any thread. */
final class Credit {
  private final AtomicLong left;

  Credit(long bytes) {
    left = new AtomicLong(bytes);
  }

  void add(long bytes) {
    left.addAndGet(bytes);
  }

  /** Takes {@code bytes}; false, and nothing is taken, if fewer are left. */
  boolean spend(int bytes) {
    long before = left.get();
    while (before >= bytes) {
      if (left.compareAndSet(before, before - bytes)) {
        return true;
      }
      before = left.get();
    }
    return false;
  }
}
