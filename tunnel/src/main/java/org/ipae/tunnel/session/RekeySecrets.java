// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.nio.charset.StandardCharsets;
import org.ipae.crypto.Hkdf;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Split;

/**
 * What a handshake inside a session is bound to. PROTOCOL.md section 8. One thread.
 *
 * @param psk 32 bytes, psk0 of that handshake; live, owned by this object
 * @param id 32 bytes, bind its prologue; live, owned by this object
 */
public record RekeySecrets(Secret psk, Secret id) implements AutoCloseable {
  private static final byte[] PSK = "ipae1 rekey psk".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "ipae1 rekey id".getBytes(StandardCharsets.US_ASCII);

  /** Derives them; the split stays the caller's. */
  public static RekeySecrets of(Split split) {
    return new RekeySecrets(export(split, PSK), export(split, ID));
  }

  private static Secret export(Split split, byte[] label) {
    byte[] out = new byte[32];
    Hkdf.expandSha512(split.initiatorToResponder().bytes(), label, out, 0, out.length);
    return Secret.take(out);
  }

  @Override
  public void close() {
    psk.close();
    id.close();
  }
}
