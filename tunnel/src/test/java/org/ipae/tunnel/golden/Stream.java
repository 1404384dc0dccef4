// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.IndependentPeer.ascii;
import static org.ipae.tunnel.golden.IndependentPeer.sha256;
import static org.ipae.tunnel.golden.IndependentPeer.u64;

import org.ipae.crypto.Entropy;

/**
 * Fixed random bytes: block n of stream {@code name} is SHA-256("ipae golden " || name || " " || n
 * as u64). PROTOCOL.md appendix A.
 */
final class Stream implements Entropy {
  private final String name;
  private long used;

  Stream(String name) {
    this.name = name;
  }

  @Override
  public void fill(byte[] out, int offset, int length) {
    byte[] prefix = ascii("ipae golden " + name + " ");
    for (int i = 0; i < length; i++, used++) {
      out[offset + i] = sha256(prefix, u64(used / 32))[(int) (used % 32)];
    }
  }
}
