// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.ConstantTime;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.wire.Sizes;

/**
 * mac2 and mac3 of an INIT or INIT_PART, four bytes each under the mac2 key of its cookie. mac2
 * covers the bytes that mac1 covers, so that refusing a foreign cookie costs the same for every
 * length; mac3 covers all that is before it, so that nobody but the holder of the cookie can make
 * variants of an INIT. With the keys of one cookie after the other: an object for each takes twice
 * as long. One thread.
 */
final class Mac2 implements AutoCloseable {
  private final HmacSha256 mac = new HmacSha256(new byte[HmacSha256.SIZE]);
  private final byte[] scratch = new byte[HmacSha256.SIZE];

  /** The cookie from now on; its key is not kept. */
  void cookie(Secret cookieKey) {
    mac.rekey(cookieKey.bytes());
    try (Secret key = mac.derive(Labels.MAC2)) {
      mac.rekey(key.bytes());
    }
  }

  /** The cookie is known no more; another one may follow. */
  void forget() {
    mac.forget();
  }

  /** Writes both; all bytes before them have to be there. */
  void write(byte[] message) {
    compute(message, Sizes.INIT_MACS_COVER);
    System.arraycopy(scratch, 0, message, mac2(message), Sizes.HALF_MAC);
    compute(message, mac3(message));
    System.arraycopy(scratch, 0, message, mac3(message), Sizes.HALF_MAC);
  }

  boolean headFits(byte[] message) {
    compute(message, Sizes.INIT_MACS_COVER);
    return ConstantTime.equal(scratch, 0, message, mac2(message), Sizes.HALF_MAC);
  }

  boolean wholeFits(byte[] message) {
    compute(message, mac3(message));
    return ConstantTime.equal(scratch, 0, message, mac3(message), Sizes.HALF_MAC);
  }

  private void compute(byte[] message, int covered) {
    mac.mac(message, 0, covered, scratch, 0);
  }

  private static int mac2(byte[] message) {
    return message.length - 2 * Sizes.HALF_MAC;
  }

  private static int mac3(byte[] message) {
    return message.length - Sizes.HALF_MAC;
  }

  @Override
  public void close() {
    mac.close();
  }
}
