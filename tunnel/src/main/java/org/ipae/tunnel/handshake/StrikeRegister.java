// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.ipae.crypto.Sha256;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Remembers accepted INITs, so that a repeat costs no public-key work and opens nothing twice. Of
 * fixed size. One thread.
 */
public final class StrikeRegister {

  /** First half of SHA-256 of the INIT without its MACs. */
  public record Key(long hi, long lo) {
    static Key of(byte[] init) {
      byte[] h = Sha256.hash(Arrays.copyOf(init, init.length - Sizes.INIT_MACS));
      return new Key(BigEndian.u64(h, 0), BigEndian.u64(h, 8));
    }
  }

  private static final class Strike {
    final Key key;
    final Endpoint source;
    final long madeAt;
    final long until;
    byte @Nullable [] resp;

    Strike(Key key, Endpoint source, long madeAt, long until, byte[] resp) {
      this.key = key;
      this.source = source;
      this.madeAt = madeAt;
      this.until = until;
      this.resp = resp;
    }
  }

  private final int capacity;
  private final Map<Key, Strike> strikes = new HashMap<>();
  private final Deque<Strike> oldestFirst = new ArrayDeque<>();

  public StrikeRegister(int capacity) {
    this.capacity = capacity;
  }

  boolean contains(Key key) {
    return strikes.containsKey(key);
  }

  /** The RESP to repeat to this source, or null if nothing is to be repeated to it. */
  byte @Nullable [] response(Key key, Endpoint source) {
    Strike s = strikes.get(key);
    return s != null && s.source.equals(source) ? s.resp : null;
  }

  boolean full(long now) {
    while (!oldestFirst.isEmpty() && oldestFirst.peekFirst().until <= now) {
      strikes.remove(oldestFirst.removeFirst().key);
    }
    return strikes.size() >= capacity;
  }

  /** Remembers an INIT until {@code until}, with its answer until {@link #settle}. */
  void insert(long now, Key key, Endpoint source, byte[] resp, long until) {
    Strike s = new Strike(key, source, now, until, resp);
    if (strikes.put(key, s) == null) {
      oldestFirst.addLast(s);
    }
  }

  /** The session of this INIT is confirmed or gone: its answer is not repeated any more. */
  public void settle(Key key) {
    Strike s = strikes.get(key);
    if (s != null) {
      s.resp = null;
    }
  }

  /** Whether an answer is still stored for this INIT; one whose time is over is forgotten. */
  public boolean answerable(Key key, long now) {
    Strike s = strikes.get(key);
    if (s != null && now - s.madeAt >= HandshakeLimits.UNCONFIRMED_LIFE) {
      s.resp = null;
    }
    return s != null && s.resp != null;
  }

  public int size() {
    return strikes.size();
  }
}
