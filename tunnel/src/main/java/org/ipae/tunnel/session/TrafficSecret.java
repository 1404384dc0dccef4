// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipae.crypto.Hkdf;
import org.ipae.crypto.Secret;

/**
 * The secret of one direction of a session, from which its lanes derive their keys when they are
 * first used: a session that carries nothing costs next to no memory. Erased once no lane needs it.
 * Any thread. PROTOCOL.md section 8.
 */
final class TrafficSecret {
  private final Secret secret;
  private final AtomicInteger lanes;

  /**
   * @param secret 64 bytes; stays the caller's
   * @param lanes how many will {@link #release} it
   */
  TrafficSecret(Secret secret, int lanes) {
    this.secret = secret.copy();
    this.lanes = new AtomicInteger(lanes);
  }

  /** HKDF-Expand-SHA-512, info = label || lane. */
  byte[] expand(String label, int lane, int length) {
    byte[] text = label.getBytes(StandardCharsets.US_ASCII);
    byte[] info = Arrays.copyOf(text, text.length + 1);
    info[text.length] = (byte) lane;
    byte[] out = new byte[length];
    Hkdf.expandSha512(secret.bytes(), info, out, 0, length);
    return out;
  }

  /** A lane needs it no more. */
  void release() {
    if (lanes.decrementAndGet() == 0) {
      secret.close();
    }
  }
}
