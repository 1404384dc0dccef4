// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.HashMap;
import java.util.Map;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Sessions that wait for their first packet: how many of one address, and their bytes. One thread.
 */
public final class Unconfirmed {
  /** Heap bytes of a session that has carried nothing, and of each of its lanes, at most. */
  private static final long SESSION = 4_096;

  private static final long LANE = 2_048;

  private final long limit;
  private final Map<Endpoint, Integer> byAddress = new HashMap<>();
  private long bytes;

  /**
   * @param limit bytes
   */
  public Unconfirmed(long limit) {
    this.limit = limit;
  }

  private static long bytes(int lanes) {
    return SESSION + lanes * LANE;
  }

  /** Whether another session may wait. */
  public boolean room(Endpoint address, int lanes) {
    return byAddress.getOrDefault(address.withoutPort(), 0)
            < HandshakeLimits.UNCONFIRMED_PER_ADDRESS
        && bytes + bytes(lanes) <= limit;
  }

  /** A session waits. */
  public void add(Endpoint address, int lanes) {
    byAddress.merge(address.withoutPort(), 1, Integer::sum);
    bytes += bytes(lanes);
  }

  /** A session of {@link #add} waits no longer. */
  public void remove(Endpoint address, int lanes) {
    byAddress.computeIfPresent(address.withoutPort(), (a, n) -> n == 1 ? null : n - 1);
    bytes -= bytes(lanes);
  }
}
