// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Accessors on the bytes of an IP header (RFC 791, RFC 8200). Addresses come as two big-endian
 * halves of the 16-byte form, IPv4 mapped into ::ffff:0:0/96.
 */
public final class IpHeader {
  private static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Second half of a mapped IPv4 address without its 32 bits. */
  static final long MAPPED = 0x0000_ffff_0000_0000L;

  private static final int IPV4_LEAST = 20;
  private static final int IPV6_LEAST = 40;

  private IpHeader() {}

  /** 4 or 6; anything else is no IP datagram. */
  public static int version(byte[] b, int off) {
    return b[off] >>> 4 & 0xf;
  }

  /** Whether {@code len} bytes are exactly one IP datagram by its own header. */
  public static boolean whole(byte[] b, int off, int len) {
    return switch (len < IPV4_LEAST ? 0 : version(b, off)) {
      case 4 ->
          ((short) U16.get(b, off + 2) & 0xffff) == len
              && (b[off] & 0xf) * 4 >= IPV4_LEAST
              && (b[off] & 0xf) * 4 <= len;
      case 6 -> len >= IPV6_LEAST && IPV6_LEAST + ((short) U16.get(b, off + 4) & 0xffff) == len;
      default -> false;
    };
  }

  public static long sourceHi(byte[] b, int off) {
    return version(b, off) == 4 ? 0 : (long) U64.get(b, off + 8);
  }

  public static long sourceLo(byte[] b, int off) {
    return version(b, off) == 4 ? mapped(b, off + 12) : (long) U64.get(b, off + 16);
  }

  public static long destinationHi(byte[] b, int off) {
    return version(b, off) == 4 ? 0 : (long) U64.get(b, off + 24);
  }

  public static long destinationLo(byte[] b, int off) {
    return version(b, off) == 4 ? mapped(b, off + 16) : (long) U64.get(b, off + 32);
  }

  /** Four bytes, big-endian. */
  static int word(byte[] b, int at) {
    return (int) U32.get(b, at);
  }

  private static long mapped(byte[] b, int at) {
    return MAPPED | ((int) U32.get(b, at) & 0xffff_ffffL);
  }
}
