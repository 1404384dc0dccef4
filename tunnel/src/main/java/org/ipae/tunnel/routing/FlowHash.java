// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

/** Tells flows apart, so that the packets of one take one way: RFC 2992 in spirit. Any thread. */
public final class FlowHash {
  private static final long ODD = 0x9e37_79b9_7f4a_7c15L;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private FlowHash() {}

  /**
   * Of the addresses and the protocol of a whole IP packet, and of the ports of TCP and UDP unless
   * it is a fragment.
   */
  public static int of(byte[] b, int off, int len) {
    boolean ipv4 = IpHeader.version(b, off) == 4;
    int protocol = b[off + (ipv4 ? 9 : 6)] & 0xff;
    int header = ipv4 ? (b[off] & 0xf) * 4 : 40;
    boolean fragment = ipv4 && ((b[off + 6] & 0x3f) != 0 || b[off + 7] != 0);
    long h = protocol;
    h = mix(h, IpHeader.sourceHi(b, off) ^ IpHeader.sourceLo(b, off));
    h = mix(h, IpHeader.destinationHi(b, off) ^ IpHeader.destinationLo(b, off));
    if (!fragment && (protocol == TCP || protocol == UDP) && len >= header + 4) {
      h = mix(h, IpHeader.word(b, off + header));
    }
    return (int) (h >>> 32);
  }

  private static long mix(long h, long more) {
    long x = (h ^ more) * ODD;
    return x ^ (x >>> 29);
  }
}
