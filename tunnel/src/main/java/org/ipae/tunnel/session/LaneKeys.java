// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.Arrays;
import org.ipae.crypto.HeaderMask;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one direction of one lane: those of its connection ids from the start, the others
 * once {@link #open} is called. PROTOCOL.md section 8.
 */
final class LaneKeys implements AutoCloseable {
  static final int IV = 12;

  /** What datagrams are sealed or opened with. */
  static final class Ciphers {
    final PacketCipher cipher;
    final HeaderMask headerMask;
    final byte[] iv;

    private Ciphers(Suite suite, TrafficSecret secret, int lane, boolean seals) {
      try (Secret key = Secret.take(secret.expand("ipae1 key", lane, 32));
          Secret mask = Secret.take(secret.expand("ipae1 hp", lane, 32))) {
        cipher = seals ? PacketCipher.sealing(suite, key) : PacketCipher.opening(suite, key);
        headerMask = HeaderMask.of(suite, mask);
      }
      iv = secret.expand("ipae1 iv", lane, IV);
    }
  }

  private final Suite suite;
  private final TrafficSecret secret;
  private final int lane;
  private final boolean seals;
  private final Secret ids;
  private @Nullable Ciphers ciphers;
  private boolean closed;

  /**
   * @param secret released by this object
   */
  LaneKeys(Suite suite, TrafficSecret secret, int lane, boolean seals) {
    this.suite = suite;
    this.secret = secret;
    this.lane = lane;
    this.seals = seals;
    ids = Secret.take(secret.expand("ipae1 cid", lane, 32));
  }

  /** The ciphers of the lane; by the thread that has claimed it, once, and not after the end. */
  Ciphers open() {
    Ciphers c = new Ciphers(suite, secret, lane, seals);
    secret.release();
    ciphers = c;
    return c;
  }

  /**
   * Connection id {@code index} of the lane: top bit and 63 bits of HMAC-SHA-256(ids, index u32).
   */
  long connectionId(int index) {
    byte[] i = new byte[4];
    BigEndian.u32(i, 0, index);
    try (HmacSha256 mac = new HmacSha256(ids.bytes())) {
      return BigEndian.u64(mac.mac(i), 0) | DataHeader.TOP_BIT;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (ciphers == null) {
      secret.release();
    } else {
      ciphers.cipher.close();
      ciphers.headerMask.close();
      Arrays.fill(ciphers.iv, (byte) 0);
    }
    ids.close();
  }
}
