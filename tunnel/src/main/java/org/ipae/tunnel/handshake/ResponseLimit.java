// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.Entropy;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Limits responses to unvalidated addresses. Requests can be spoofed, so above the limit a response
 * is still sent with a probability that falls with the excess: a spoofer cannot silence a victim.
 */
public final class ResponseLimit {
  /** Above the limit one request in this many is answered at first; fewer as the excess grows. */
  private static final int ODDS = 8;

  private final Entropy entropy;
  private final TokenBuckets perSource;
  private final TokenBuckets inAll;
  private final byte[] dice = new byte[4];
  private long second;
  private long excess;

  public ResponseLimit(int perSecond, int perSecondInAll, Entropy entropy) {
    this.entropy = entropy;
    perSource = new TokenBuckets(HandshakeLimits.BUCKETS, perSecond, 2 * perSecond, entropy);
    inAll = new TokenBuckets(1, perSecondInAll, perSecondInAll, entropy);
  }

  /** Whether a response may be sent; takes a token if so. */
  public boolean allows(long now, Endpoint source) {
    boolean within = perSource.take(now, sourceHi(source), sourceLo(source)) || lucky(now);
    return within && inAll.take(now, 0, 0);
  }

  private boolean lucky(long now) {
    if (now / 1000 != second) {
      second = now / 1000;
      excess = 0;
    }
    excess++;
    entropy.fill(dice, 0, 4);
    long odds = Math.max(ODDS, excess / ODDS);
    return Integer.remainderUnsigned(BigEndian.u32(dice, 0), (int) Math.min(odds, 1 << 20)) == 0;
  }

  /** Sources are an IPv4 address or an IPv6 /64. */
  static long sourceHi(Endpoint e) {
    return e.hi();
  }

  static long sourceLo(Endpoint e) {
    return e.isIpv4() ? e.lo() : 0;
  }
}
