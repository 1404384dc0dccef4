package org.ipae.tunnel.offload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The Internet checksum (RFC 1071). Sums are one's complement sums of big-endian 16-bit words. */
final class Checksum {
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long LOW = 0xffff_ffffL;
  private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Checksum() {}

  /** Sum of {@code len} bytes, 0 to 65,535; an odd last byte is followed by a zero. */
  static int sum(byte[] b, int off, int len) {
    // Words of either byte order give the same sum, but for the order of its own two bytes (RFC
    // 1071, section 2). 64 KiB of 32-bit halves cannot overflow a long.
    long s0 = 0;
    long s1 = 0;
    int at = off;
    int end = off + len;
    for (; at <= end - 32; at += 32) {
      long a = (long) U64.get(b, at);
      long c = (long) U64.get(b, at + 8);
      long d = (long) U64.get(b, at + 16);
      long e = (long) U64.get(b, at + 24);
      s0 += (a & LOW) + (a >>> 32) + (c & LOW) + (c >>> 32);
      s1 += (d & LOW) + (d >>> 32) + (e & LOW) + (e >>> 32);
    }
    for (; at <= end - 8; at += 8) {
      long a = (long) U64.get(b, at);
      s0 += (a & LOW) + (a >>> 32);
    }
    long s = s0 + s1;
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
  static int fold(long sum) {
    long s = (sum >>> 32) + (sum & LOW);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    return (int) s;
  }
}
