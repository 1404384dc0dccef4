// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.ConstantTime;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Sha256;
import org.ipae.tunnel.wire.Sizes;

/**
 * mac1: the first eight bytes of HMAC-SHA-256 under SHA-256("ipae1 mac1" || responder's key). Who
 * does not know the host's key gets silence. One thread.
 */
public final class Mac1 implements AutoCloseable {
  private final HmacSha256 mac;
  private final byte[] scratch = new byte[32];

  public Mac1(PublicKey responder) {
    mac = new HmacSha256(Sha256.hash(Labels.MAC1, responder.bytes()));
  }

  /** Writes the MAC of the first {@code covered} bytes at {@code at}. */
  public void write(byte[] message, int covered, int at) {
    mac.mac(message, 0, covered, scratch, 0);
    System.arraycopy(scratch, 0, message, at, Sizes.MAC);
  }

  @Override
  public void close() {
    mac.close();
  }

  boolean verify(byte[] message, int covered, int at) {
    mac.mac(message, 0, covered, scratch, 0);
    return ConstantTime.equal(scratch, 0, message, at, Sizes.MAC);
  }
}
