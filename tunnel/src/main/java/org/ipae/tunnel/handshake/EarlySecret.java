// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.Hkdf;
import org.ipae.crypto.Secret;

/** HKDF-Expand(ck after payload 1, "ipae1 early" || h), 64 bytes. PROTOCOL.md section 5. */
final class EarlySecret {

  private EarlySecret() {}

  static Secret of(HandshakeState afterPayload1) {
    byte[] h = afterPayload1.handshakeHash();
    byte[] info = Arrays.copyOf(Labels.EARLY, Labels.EARLY.length + h.length);
    System.arraycopy(h, 0, info, Labels.EARLY.length, h.length);
    byte[] out = new byte[64];
    try (Secret ck = afterPayload1.chainingKey()) {
      Hkdf.expandSha512(ck.bytes(), info, out, 0, out.length);
    }
    return Secret.take(out);
  }
}
