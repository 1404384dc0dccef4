package org.ipae.tunnel.association;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a peer across restarts, so that the usual start takes no round trip.
 *
 * @param endpoint where it was last reached
 * @param suites bits of its suites as last seen
 * @param rttMicros round trip time, 0 if unknown
 * @param pathMtu what the path to it was found to carry, 0 if unknown
 * @param cookies newest first
 */
public record CachedPeer(
    PublicKey key,
    @Nullable Endpoint endpoint,
    int suites,
    long rttMicros,
    int pathMtu,
    List<StoredCookie> cookies) {

  /** Whether there is anything to keep. */
  boolean known() {
    return endpoint != null || suites != 0 || rttMicros != 0 || pathMtu != 0 || !cookies.isEmpty();
  }

  /**
   * One cookie.
   *
   * @param tag 16 bytes
   * @param key 32 bytes
   * @param receivedAt CLOCK_BOOTTIME milliseconds
   * @param ttl milliseconds
   * @param localHi the own address it was learnt at, as in {@link Endpoint}
   * @param inTunnel whether it was delivered inside a tunnel
   */
  public record StoredCookie(
      byte[] tag,
      byte[] key,
      long receivedAt,
      long ttl,
      long localHi,
      long localLo,
      boolean inTunnel) {

    @Override
    public String toString() {
      return "cookie";
    }
  }
}
