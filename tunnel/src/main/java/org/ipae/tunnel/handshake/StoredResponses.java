// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * RESPs that are sent again when their INIT is repeated: for 10 s, and of so many bytes; the oldest
 * gives way. One thread. PROTOCOL.md HS-16.
 */
public final class StoredResponses {
  /** Heap bytes of an entry besides its RESP. */
  private static final int OVERHEAD = 160;

  private record Stored(byte[] resp, Endpoint source, long until) {
    int bytes() {
      return resp.length + OVERHEAD;
    }
  }

  private final long limit;
  private final Map<StrikeRegister.Key, Stored> oldestFirst = new LinkedHashMap<>();

  /** Heap bytes in use. */
  long bytes;

  /**
   * @param limit bytes
   */
  public StoredResponses(long limit) {
    this.limit = limit;
  }

  /** Stores the answer to an INIT that came from {@code source}. */
  void add(long now, StrikeRegister.Key init, Endpoint source, byte[] resp) {
    settle(init);
    Stored s = new Stored(resp, source, now + HandshakeLimits.UNCONFIRMED_LIFE);
    oldestFirst.put(init, s);
    bytes += s.bytes();
    Iterator<Stored> all = oldestFirst.values().iterator();
    while (all.hasNext()) {
      Stored oldest = all.next();
      if (bytes <= limit && now < oldest.until) {
        break;
      }
      all.remove();
      bytes -= oldest.bytes();
    }
  }

  /** The RESP to repeat to this source, null if nothing is to be repeated to it. */
  byte @Nullable [] to(long now, StrikeRegister.Key init, Endpoint source) {
    Stored s = oldestFirst.get(init);
    return s != null && now < s.until && s.source.equals(source) ? s.resp : null;
  }

  /** Whether an answer is stored for this INIT. */
  public boolean holds(long now, StrikeRegister.Key init) {
    Stored s = oldestFirst.get(init);
    return s != null && now < s.until;
  }

  /** The session of this INIT is confirmed or gone: its answer is not repeated any more. */
  public void settle(StrikeRegister.Key init) {
    Stored s = oldestFirst.remove(init);
    if (s != null) {
      bytes -= s.bytes();
    }
  }
}
