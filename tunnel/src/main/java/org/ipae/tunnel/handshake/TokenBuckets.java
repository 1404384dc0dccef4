// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import org.ipae.crypto.Entropy;
import org.ipae.tunnel.wire.BigEndian;

/**
 * Token buckets in a table of fixed size, chosen by a keyed hash, so that no one can aim at the
 * bucket of somebody else. One thread.
 */
final class TokenBuckets {
  private static final long SCALE = 1_000;

  private final long[] tokens;
  private final long[] updated;
  private final long rate;
  private final long depth;
  private final long k0;
  private final long k1;

  /**
   * @param buckets size of the table, a power of two
   * @param perSecond tokens that come back in a second
   * @param depth tokens of a full bucket
   */
  TokenBuckets(int buckets, int perSecond, int depth, Entropy entropy) {
    this(buckets, perSecond, depth, entropy.bytes(16));
  }

  private TokenBuckets(int buckets, int perSecond, int depth, byte[] key) {
    tokens = new long[buckets];
    updated = new long[buckets];
    rate = perSecond;
    this.depth = depth * SCALE;
    Arrays.fill(tokens, this.depth);
    k0 = BigEndian.u64(key, 0) | 1;
    k1 = BigEndian.u64(key, 8) | 1;
  }

  /** One bucket for all, at which nobody has to aim. */
  static TokenBuckets one(int perSecond) {
    return new TokenBuckets(1, perSecond, perSecond, new byte[16]);
  }

  /** Takes a token of the bucket of {@code (hi, lo)}; false if it is empty. */
  boolean take(long now, long hi, long lo) {
    int b = refill(now, hi, lo);
    if (tokens[b] < SCALE) {
      return false;
    }
    tokens[b] -= SCALE;
    return true;
  }

  /** Tokens left, 0..depth. */
  long left(long now, long hi, long lo) {
    return tokens[refill(now, hi, lo)] / SCALE;
  }

  private int refill(long now, long hi, long lo) {
    long h = (hi ^ k0) * k1;
    h ^= h >>> 32;
    h = (h + lo ^ k1) * k0;
    h ^= h >>> 29;
    h *= 0xBF58_476D_1CE4_E5B9L;
    int b = (int) (h >>> 33) & tokens.length - 1;
    long passed = Math.min(Math.max(0, now - updated[b]), 3_600_000L);
    tokens[b] = Math.min(depth, tokens[b] + passed * rate);
    updated[b] = now;
    return b;
  }
}
