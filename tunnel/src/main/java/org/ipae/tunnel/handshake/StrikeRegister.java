// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.ipae.crypto.Sha256;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Sizes;

/**
 * Remembers accepted INITs, so that a repeat costs no public-key work and opens nothing twice. Of
 * fixed size. One thread.
 */
public final class StrikeRegister {
  /** Heap bytes of an entry, at most. */
  static final int ENTRY = 160;

  /** First half of SHA-256 of the INIT without its MACs. */
  public record Key(long hi, long lo) {
    static Key of(byte[] init) {
      byte[] h = Sha256.hash(Arrays.copyOf(init, init.length - Sizes.INIT_MACS));
      return new Key(BigEndian.u64(h, 0), BigEndian.u64(h, 8));
    }
  }

  private record Strike(Key key, long until) {}

  private final int capacity;
  private final Set<Key> strikes = new HashSet<>();
  private final Deque<Strike> oldestFirst = new ArrayDeque<>();

  public StrikeRegister(int capacity) {
    this.capacity = capacity;
  }

  boolean contains(Key key) {
    return strikes.contains(key);
  }

  boolean full(long now) {
    while (!oldestFirst.isEmpty() && oldestFirst.peekFirst().until <= now) {
      strikes.remove(oldestFirst.removeFirst().key);
    }
    return strikes.size() >= capacity;
  }

  /** Remembers an INIT until {@code until}, milliseconds. */
  void insert(Key key, long until) {
    if (strikes.add(key)) {
      oldestFirst.addLast(new Strike(key, until));
    }
  }

  public int size() {
    return strikes.size();
  }
}
