// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The Internet checksum (RFC 1071). Sums are one's complement sums of big-endian 16-bit words. */
public final class Checksum {
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long LOW = 0xffff_ffffL;
  private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Checksum() {}

  /** Sum of {@code len} bytes, 0 to 65,535; an odd last byte is followed by a zero. */
  public static int sum(byte[] b, int off, int len) {
    // Words of either byte order give the same sum, but for the order of its own two bytes (RFC
    // 1071, section 2). 64 KiB of 32-bit halves cannot overflow a long. The loop is this plain so
    // that the JIT compiler turns it into vector instructions: unrolled by hand it takes three
    // times as long.
    long s = 0;
    int whole = len & ~7;
    for (int i = 0; i < whole; i += 8) {
      long a = (long) U64.get(b, off + i);
      s += (a & LOW) + (a >>> 32);
    }
    int at = off + whole;
    int end = off + len;
    if (at < end) {
      long rest = 0;
      for (int i = 0; at + i < end; i++) {
        int shift = SWAP ? 8 * i : 56 - 8 * i;
        rest |= (b[at + i] & 0xffL) << shift;
      }
      s += (rest & LOW) + (rest >>> 32);
    }
    int folded = fold(s);
    return SWAP ? Short.toUnsignedInt(Short.reverseBytes((short) folded)) : folded;
  }

  /** Adds the carries until 16 bits are left. */
  public static int fold(long sum) {
    long s = (sum >>> 32) + (sum & LOW);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    return (int) s;
  }
}
