// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP prefix in the 16-byte form: IPv4 lies in ::ffff:0:0/96.
 *
 * @param hi first half of the address, big-endian; host bits are zero
 * @param lo second half
 * @param bits prefix length in the 16-byte form, 0..128 (IPv4: 96 more than written)
 */
public record Prefix(long hi, long lo, int bits) {
  private static final int MAPPED_BITS = 96;

  public Prefix {
    if (bits < 0 || bits > 128 || hi != (hi & hiMask(bits)) || lo != (lo & loMask(bits))) {
      throw new IllegalArgumentException("host bits set or length out of range");
    }
  }

  /** From 4 or 16 address bytes and the length as written; host bits are cleared. */
  public static Prefix of(byte[] address, int length) {
    ByteBuffer b = ByteBuffer.wrap(address);
    boolean ipv4 = address.length == 4;
    long hi = ipv4 ? 0 : b.getLong();
    long lo = ipv4 ? IpHeader.MAPPED | (b.getInt() & 0xffff_ffffL) : b.getLong();
    int bits = ipv4 ? length + MAPPED_BITS : length;
    return new Prefix(hi & hiMask(bits), lo & loMask(bits), bits);
  }

  public boolean isIpv4() {
    return bits >= MAPPED_BITS && mapped(hi, lo);
  }

  /** The length as written: 0..32 for IPv4, 0..128 for IPv6. */
  public int length() {
    return isIpv4() ? bits - MAPPED_BITS : bits;
  }

  /** The 4 or 16 address bytes. */
  public byte[] address() {
    return isIpv4()
        ? ByteBuffer.allocate(4).putInt((int) lo).array()
        : ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
  }

  public boolean contains(long addressHi, long addressLo) {
    return bits >= leastBits(addressHi, addressLo)
        && ((addressHi ^ hi) & hiMask(bits)) == 0
        && ((addressLo ^ lo) & loMask(bits)) == 0;
  }

  /** Prefixes of an IPv4 address have at least so many: {@code ::/0} is IPv6 alone. */
  static int leastBits(long addressHi, long addressLo) {
    return mapped(addressHi, addressLo) ? MAPPED_BITS : 0;
  }

  private static boolean mapped(long hi, long lo) {
    return hi == 0 && lo >>> 32 == 0xffff;
  }

  static long hiMask(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
  }

  static long loMask(int bits) {
    return bits <= 64 ? 0 : bits >= 128 ? -1 : -1L << (128 - bits);
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(address()).getHostAddress() + "/" + length();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
