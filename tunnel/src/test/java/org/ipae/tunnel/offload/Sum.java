// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

/** The Internet checksum word by word, as RFC 1071 defines it: a second reading beside our own. */
public final class Sum {
  private Sum() {}

  public static int of(byte[] b, int from, int to, int initial) {
    long s = initial;
    for (int i = from; i < to; i += 2) {
      s += (b[i] & 0xff) << 8 | (i + 1 < to ? b[i + 1] & 0xff : 0);
    }
    while (s >> 16 != 0) {
      s = (s & 0xffff) + (s >> 16);
    }
    return (int) s;
  }

  /** Sum of the pseudo-header of a packet whose IP header has {@code ip} bytes. */
  public static int pseudo(byte[] b, int ip, int protocol) {
    boolean v4 = b[0] >>> 4 == 4;
    return of(b, v4 ? 12 : 8, v4 ? 20 : 40, protocol + b.length - ip);
  }
}
