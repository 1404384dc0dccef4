// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.wire.BigEndian;

/**
 * Explicit congestion notification through the tunnel, RFC 6040: the inner bits are copied to the
 * outer header (normal mode, section 4.1), and what routers made of them back to the inner header
 * (section 4.2).
 */
final class Ecn {
  static final int NOT_ECT = 0;
  static final int ECT_1 = 1;
  static final int ECT_0 = 2;
  static final int CE = 3;

  private Ecn() {}

  /** Returns the two bits of an IP header. */
  static int of(byte[] b, int off) {
    return IpHeader.version(b, off) == 4 ? b[off + 1] & 3 : b[off + 1] >>> 4 & 3;
  }

  /**
   * Changes an inner IP header as the outer bits demand.
   *
   * @return false if the packet must be dropped: it met congestion, but its header cannot say so
   */
  static boolean decapsulate(byte[] b, int off, int outer) {
    if (outer == NOT_ECT || outer == ECT_0) {
      return true;
    }
    int inner = of(b, off);
    if (outer == ECT_1) {
      if (inner == ECT_0) {
        set(b, off, ECT_1);
      }
      return true;
    }
    if (inner != NOT_ECT && inner != CE) {
      set(b, off, CE);
    }
    return inner != NOT_ECT;
  }

  private static void set(byte[] b, int off, int bits) {
    if (IpHeader.version(b, off) == 6) {
      b[off + 1] = (byte) ((b[off + 1] & ~0x30) | (bits << 4));
      return;
    }
    int before = BigEndian.u16(b, off);
    b[off + 1] = (byte) ((b[off + 1] & ~3) | bits);
    // RFC 1624: HC' = ~(~HC + ~m + m')
    int sum = (~BigEndian.u16(b, off + 10) & 0xffff) + (~before & 0xffff) + BigEndian.u16(b, off);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    BigEndian.u16(b, off + 10, ~sum);
  }
}
