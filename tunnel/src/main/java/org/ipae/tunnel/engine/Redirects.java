// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

/**
 * ICMP redirects (RFC 792 type 5, RFC 4861 type 137). A hub's kernel sends them for packets that
 * leave by the interface they came in by, which is right on a LAN and wrong on a tunnel: the hosts
 * behind it cannot reach each other in any other way. They are meant for the next host alone, so
 * none that a router sends is ever to be carried.
 */
final class Redirects {
  private static final int FRAGMENT = 6;
  private static final int OFFSET = 0x1f; // of the fragment, high bits
  private static final int PROTOCOL = 9;
  private static final int NEXT_HEADER = 6;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int TYPE = 5;
  private static final int TYPE_V6 = 137;

  private Redirects() {}

  /** Whether a whole IP packet is one. */
  static boolean is(byte[] b, int off, int len) {
    if (b[off] >> 4 == 4) {
      int header = (b[off] & 15) * 4;
      return b[off + PROTOCOL] == ICMP
          && len > header
          && b[off + header] == TYPE
          && (b[off + FRAGMENT] & OFFSET) == 0
          && b[off + FRAGMENT + 1] == 0;
    }
    return b[off + NEXT_HEADER] == ICMPV6 && len > 40 && (b[off + 40] & 0xff) == TYPE_V6;
  }
}
