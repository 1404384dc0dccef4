// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.nio.charset.StandardCharsets;

/** Every label of the handshake's derivations, in ASCII. PROTOCOL.md section 5. */
final class Labels {
  static final byte[] MAC1 = ascii("ipae1 mac1");
  static final byte[] MAC2 = ascii("ipae1 mac2");
  static final byte[] AGE = ascii("ipae1 age");
  static final byte[] EARLY_ID = ascii("ipae1 early id");
  static final byte[] PSK = ascii("ipae1 psk");
  static final byte[] EARLY = ascii("ipae1 early");
  static final byte[] PROLOGUE = ascii("IPAE1");
  static final byte[] REKEY_PROLOGUE = ascii("IPAE1 rekey");

  private Labels() {}

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}
