// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.Entropy;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Limits responses to unvalidated addresses. Requests can be spoofed, so that a spoofer must not be
 * able to use up a victim's share: a part of all responses goes to sources above their limit, to
 * requests drawn at random. A request that is repeated a few times is then answered, unless the
 * spoofed ones are many times as many as that part.
 */
public final class ResponseLimit {
  /** Sources above their limit may have one of so many responses. */
  static final int BEYOND_PART = 8;

  private static final long SECOND = 1_000;

  private final Entropy entropy;
  private final TokenBuckets perSource;
  private final TokenBuckets inAll;
  private final TokenBuckets beyond;
  private final long most;
  private final byte[] lot = new byte[4];
  private boolean lucky; // what was looked at last: above the limit of its source
  private long second;
  private long requests;
  private long requestsBefore;

  public ResponseLimit(int perSecond, int perSecondInAll, Entropy entropy) {
    this.entropy = entropy;
    most = perSecondInAll / BEYOND_PART;
    perSource = new TokenBuckets(HandshakeLimits.BUCKETS, perSecond, 2 * perSecond, entropy);
    inAll = new TokenBuckets(1, perSecondInAll, perSecondInAll, entropy);
    beyond = TokenBuckets.one(perSecondInAll / BEYOND_PART);
  }

  /**
   * Whether a request may have a response if it turns out to be a good one: a look that costs less
   * than its MAC. Each request is looked at once, before {@link #take}.
   */
  public boolean mayAllow(long now, Endpoint source) {
    lucky = perSource.left(now, sourceHi(source), sourceLo(source)) == 0;
    return !lucky || (drawn(now) && beyond.left(now, 0, 0) > 0);
  }

  /** Takes the token of the request that was looked at last; false if there is none. */
  public boolean take(long now, Endpoint source) {
    boolean taken =
        lucky ? beyond.take(now, 0, 0) : perSource.take(now, sourceHi(source), sourceLo(source));
    return taken && inAll.take(now, 0, 0);
  }

  /** Whether a response may be sent; takes a token if so. */
  public boolean allows(long now, Endpoint source) {
    return mayAllow(now, source) && take(now, source);
  }

  /**
   * Draws as many of the requests above the limits of their sources as there are responses for
   * them, judged by the second before: by lot, because whoever sends most would always come first.
   */
  private boolean drawn(long now) {
    long current = now / SECOND;
    if (current != second) {
      requestsBefore = current == second + 1 ? requests : 0;
      second = current;
      requests = 0;
    }
    requests++;
    entropy.fill(lot, 0, 4);
    long number = ((BigEndian.u32(lot, 0) & 0xffff_ffffL) * Math.max(1, requestsBefore)) >>> 32;
    return number < most;
  }

  /** Sources are an IPv4 address or an IPv6 /64. */
  static long sourceHi(Endpoint e) {
    return e.hi();
  }

  static long sourceLo(Endpoint e) {
    return e.isIpv4() ? e.lo() : 0;
  }
}
