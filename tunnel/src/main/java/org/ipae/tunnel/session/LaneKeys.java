// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ipae.crypto.HeaderMask;
import org.ipae.crypto.Hkdf;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;

/**
 * The keys of one direction of one lane: HKDF-Expand-SHA-512 from a traffic secret, info = label ||
 * lane. PROTOCOL.md section 8.
 */
final class LaneKeys implements AutoCloseable {
  static final int IV = 12;

  final PacketCipher cipher;
  final HeaderMask headerMask;
  final byte[] iv;
  private final Secret ids;

  LaneKeys(Suite suite, Secret trafficSecret, int lane, boolean seals) {
    try (Secret key = Secret.take(expand(trafficSecret, "ipae1 key", lane, 32));
        Secret mask = Secret.take(expand(trafficSecret, "ipae1 hp", lane, 32))) {
      cipher = seals ? PacketCipher.sealing(suite, key) : PacketCipher.opening(suite, key);
      headerMask = HeaderMask.of(suite, mask);
    }
    iv = expand(trafficSecret, "ipae1 iv", lane, IV);
    ids = Secret.take(expand(trafficSecret, "ipae1 cid", lane, 32));
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

  private static byte[] expand(Secret secret, String label, int lane, int length) {
    byte[] text = label.getBytes(StandardCharsets.US_ASCII);
    byte[] info = Arrays.copyOf(text, text.length + 1);
    info[text.length] = (byte) lane;
    byte[] out = new byte[length];
    Hkdf.expandSha512(secret.bytes(), info, out, 0, length);
    return out;
  }

  @Override
  public void close() {
    cipher.close();
    headerMask.close();
    ids.close();
    Arrays.fill(iv, (byte) 0);
  }
}
