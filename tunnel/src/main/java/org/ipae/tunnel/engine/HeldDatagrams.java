// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tunnel.link.Quota;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * DATA that arrived before its session exists here: early data overtakes the public-key work. A
 * table of fixed size, whose entries expire after {@link #LIFE}. The receiving thread.
 */
final class HeldDatagrams {
  static final int LIMIT = 64;
  static final int PER_ID = 16;

  /** Milliseconds. */
  static final long LIFE = 100;

  /** One datagram; the bytes are a copy. */
  record Held(long id, byte[] bytes, Path path, int ecn, long until) {}

  private final @Nullable Held[] slots = new Held[LIMIT];
  private final Quota inAll;
  private int count;

  /**
   * @param inAll the datagrams held by all receiving threads
   */
  HeldDatagrams(Quota inAll) {
    this.inAll = inAll;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Keeps a datagram; false if there is no room. */
  boolean add(Held held) {
    int free = -1;
    int same = 0;
    for (int i = 0; i < LIMIT; i++) {
      Held h = slots[i];
      if (h == null || h.until <= held.until - LIFE) {
        free = i;
      } else if (h.id == held.id) {
        same++;
      }
    }
    if (free < 0 || same >= PER_ID) {
      return false;
    }
    if (slots[free] == null) {
      if (!inAll.take(LIMIT)) {
        return false;
      }
      count++;
    }
    slots[free] = held;
    return true;
  }

  /** Takes entry {@code i} out, null if it is free. */
  @Nullable Held take(int i) {
    Held h = slots[i];
    if (h != null) {
      slots[i] = null;
      inAll.give();
      count--;
    }
    return h;
  }

  /** Entry {@code i}, which stays; null if it is free. */
  @Nullable Held peek(int i) {
    return slots[i];
  }
}
