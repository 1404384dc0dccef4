// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Sizes;

/** Noise prologues: what both sides agree on before the first token. PROTOCOL.md section 5. */
final class Prologue {

  private Prologue() {}

  /** "IPAE1" || bytes 0..27 of the INIT. */
  static byte[] of(byte[] init) {
    byte[] out = Arrays.copyOf(Labels.PROLOGUE, Labels.PROLOGUE.length + Sizes.INIT_HEAD);
    System.arraycopy(init, 0, out, Labels.PROLOGUE.length, Sizes.INIT_HEAD);
    return out;
  }

  /** "IPAE1 rekey" || 32 bytes of the parent session || id u32. */
  static Secret ofRekey(Secret parentId, int id) {
    int at = Labels.REKEY_PROLOGUE.length;
    byte[] out = Arrays.copyOf(Labels.REKEY_PROLOGUE, at + parentId.length() + 4);
    System.arraycopy(parentId.bytes(), 0, out, at, parentId.length());
    BigEndian.u32(out, at + parentId.length(), id);
    return Secret.take(out);
  }
}
