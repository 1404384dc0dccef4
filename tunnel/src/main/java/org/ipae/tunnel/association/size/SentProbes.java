// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

import java.util.Arrays;

/** The last path MTU probes, until they are answered. Takes no room before the first. */
final class SentProbes {
  /** There is no such probe. */
  static final long NONE = Long.MIN_VALUE;

  private static final int RING = 16;

  private int[] ids = {};
  private int[] sizes = {};
  private long[] times = {};
  private int nextId;

  /** Returns the identifier of a new one. */
  int add(long now, int bytes) {
    if (ids.length == 0) {
      ids = new int[RING];
      sizes = new int[RING];
      times = new long[RING];
    }
    int id = nextId++;
    int at = id & RING - 1;
    ids[at] = id;
    sizes[at] = bytes;
    times[at] = now;
    return id;
  }

  /** Ends the wait for an answer and returns when the probe was sent, or {@link #NONE}. */
  long take(int id, int bytes) {
    int at = id & RING - 1;
    if (bytes == 0 || ids.length == 0 || ids[at] != id || sizes[at] != bytes) {
      return NONE;
    }
    sizes[at] = 0;
    return times[at];
  }

  void forget() {
    Arrays.fill(sizes, 0);
  }
}
