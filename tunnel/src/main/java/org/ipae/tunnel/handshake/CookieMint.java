// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.ipae.crypto.CookieCipher;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Makes cookies and recognizes them without keeping them. tag = AES-256-ECB(E, issue time u32 ||
 * random u64 || epoch u16 || policy u16), key = HMAC-SHA-256(M[epoch], tag || address). For a clear
 * cookie the address is followed by the port (u16), PROTOCOL.md CK-3. E is random per process; M
 * changes every {@link HandshakeLimits#COOKIE_EPOCH} and is erased after the TTL. One thread.
 */
public final class CookieMint implements AutoCloseable {
  /** Policy bits: delivered in a session; and in one of a hybrid suite. */
  private static final int IN_SESSION = 1;

  private static final int HYBRID = 2;

  private static final int RANDOM = 4;
  private static final int EPOCH = 12;
  private static final int POLICY = 14;

  private final Entropy entropy;
  private final CookieCipher tags;
  private final long ttl;
  private final Map<Integer, HmacSha256> secrets = new HashMap<>();
  private final Map<Integer, Long> madeAt = new HashMap<>();
  private int epoch;
  private long epochUntil;
  private long notBefore;

  /** What a genuine tag says. */
  record Tag(int issuedAt, int epoch, Strength strength) {}

  /**
   * @param ttl lifetime of cookies in milliseconds
   */
  public CookieMint(long now, long ttl, Entropy entropy) {
    this.entropy = entropy;
    this.ttl = Math.min(ttl, HandshakeLimits.COOKIE_TTL_MAX);
    try (Secret e = Secret.random(entropy, 32)) {
      tags = new CookieCipher(e);
    }
    byte[] first = entropy.bytes(2);
    epoch = BigEndian.u16(first, 0);
    notBefore = now;
    rotate(now);
  }

  long ttlSeconds() {
    return ttl / 1000;
  }

  /** A new cookie for an address; a clear one is good for its port only. */
  Cookie issue(long now, Endpoint address, Strength strength) {
    rotate(now);
    byte[] plain = new byte[Sizes.COOKIE_TAG];
    BigEndian.u32(plain, 0, (int) now);
    entropy.fill(plain, RANDOM, 8);
    BigEndian.u16(plain, EPOCH, epoch);
    BigEndian.u16(plain, POLICY, policy(strength));
    byte[] tag = new byte[Sizes.COOKIE_TAG];
    tags.encrypt(plain, 0, tag, 0);
    return new Cookie(tag, key(secrets.get(epoch), tag, address, strength), strength);
  }

  private static int policy(Strength strength) {
    return switch (strength) {
      case CLEAR -> 0;
      case CLASSICAL -> IN_SESSION;
      case POST_QUANTUM -> IN_SESSION | HYBRID;
    };
  }

  private static @Nullable Strength strength(int policy) {
    for (Strength s : Strength.values()) {
      if (policy(s) == policy) {
        return s;
      }
    }
    return null;
  }

  /** What a tag says, or null if it is not ours, too old, or voided. */
  @Nullable Tag read(long now, byte[] b, int at) {
    rotate(now);
    byte[] plain = new byte[Sizes.COOKIE_TAG];
    tags.decrypt(b, at, plain, 0);
    Strength strength = strength(BigEndian.u16(plain, POLICY));
    if (strength == null) {
      return null;
    }
    Tag tag = new Tag(BigEndian.u32(plain, 0), BigEndian.u16(plain, EPOCH), strength);
    long elapsed = elapsed(now, tag);
    return secrets.containsKey(tag.epoch)
            && elapsed >= 0
            && elapsed < ttl
            && now - elapsed >= notBefore
        ? tag
        : null;
  }

  /** Milliseconds since a tag was issued; times are modulo 2^32. */
  static long elapsed(long now, Tag tag) {
    int passed = (int) now - tag.issuedAt;
    return passed;
  }

  /** The key of a tag that {@link #read} has accepted. */
  Secret key(Tag tag, byte[] b, int at, Endpoint address) {
    byte[] bytes = Arrays.copyOfRange(b, at, at + Sizes.COOKIE_TAG);
    return key(secrets.get(tag.epoch), bytes, address, tag.strength);
  }

  private static Secret key(
      @Nullable HmacSha256 m, byte[] tag, Endpoint address, Strength strength) {
    if (m == null) {
      throw new IllegalStateException("epoch without a secret");
    }
    byte[] holder = address.address();
    if (!strength.secret()) {
      holder = Arrays.copyOf(holder, holder.length + Short.BYTES);
      BigEndian.u16(holder, holder.length - Short.BYTES, address.port());
    }
    return Secret.take(m.mac(tag, holder));
  }

  /** Recognizes no cookie any more. */
  @Override
  public void close() {
    tags.close();
    secrets.values().forEach(HmacSha256::close);
  }

  private void rotate(long now) {
    if (now < epochUntil) {
      return;
    }
    epoch = epoch + 1 & 0xffff;
    try (Secret m = Secret.random(entropy, 32)) {
      secrets.put(epoch, new HmacSha256(m.bytes()));
    }
    madeAt.put(epoch, now);
    epochUntil = now + HandshakeLimits.COOKIE_EPOCH;
    for (Iterator<Map.Entry<Integer, Long>> i = madeAt.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Integer, Long> made = i.next();
      if (now - made.getValue() > ttl + HandshakeLimits.COOKIE_EPOCH) {
        HmacSha256 old = secrets.remove(made.getKey());
        if (old != null) {
          old.close();
        }
        i.remove();
      }
    }
  }
}
