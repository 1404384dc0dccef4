// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ipae.crypto.Hkdf;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;

/**
 * The four keys of one direction of one lane: HKDF-Expand-SHA-512 from a traffic secret, info =
 * label || lane. PROTOCOL.md section 8.
 */
final class LaneKeys implements AutoCloseable {
  static final int IV = 12;

  final Secret key;
  final Secret mask;
  final Secret ids;
  final byte[] iv;

  LaneKeys(Secret trafficSecret, int lane) {
    key = Secret.take(expand(trafficSecret, "ipae1 key", lane, 32));
    iv = expand(trafficSecret, "ipae1 iv", lane, IV);
    mask = Secret.take(expand(trafficSecret, "ipae1 hp", lane, 32));
    ids = Secret.take(expand(trafficSecret, "ipae1 cid", lane, 32));
  }

  /**
   * Connection id {@code index} of the lane: top bit and 63 bits of HMAC-SHA-256(ids, index u32).
   */
  long connectionId(int index) {
    byte[] i = new byte[4];
    BigEndian.u32(i, 0, index);
    return BigEndian.u64(new HmacSha256(ids.bytes()).mac(i), 0) | DataHeader.TOP_BIT;
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
    key.close();
    mask.close();
    ids.close();
    Arrays.fill(iv, (byte) 0);
  }
}
