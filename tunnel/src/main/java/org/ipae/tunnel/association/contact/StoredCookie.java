// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import org.ipae.crypto.Secret;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.Endpoint;

/**
 * One cookie as it is kept across restarts.
 *
 * @param tag 16 bytes
 * @param key 32 bytes; live, owned by this object
 * @param receivedAt CLOCK_BOOTTIME milliseconds
 * @param ttl milliseconds
 * @param localHi the own address it was learnt at, as in {@link Endpoint}
 * @param strength of its delivery
 */
public record StoredCookie(
    byte[] tag,
    Secret key,
    long receivedAt,
    long ttl,
    long localHi,
    long localLo,
    Strength strength)
    implements AutoCloseable {

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "cookie";
  }
}
