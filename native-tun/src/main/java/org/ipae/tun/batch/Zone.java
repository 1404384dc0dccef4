// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.batch;

/**
 * The zone of a link-local IPv6 address (RFC 4007): the index of the interface that it is on. Here
 * it lies in bytes 4 to 7 of the address, which RFC 4291 section 2.5.6 wants to be zero, so that an
 * address is two longs whatever it is. Sockets never see it there.
 */
public final class Zone {
  private static final long MASK = 0xffff_ffffL;

  private Zone() {}

  /** Whether the upper half is that of a link-local address, fe80::/10. */
  public static boolean linkLocal(long hi) {
    return hi >>> 54 == 0x3fa;
  }

  /** The interface index in the upper half of an address; 0 = none. */
  public static int of(long hi) {
    return linkLocal(hi) ? (int) hi : 0;
  }

  /** The upper half as it goes onto the wire. */
  public static long without(long hi) {
    return linkLocal(hi) ? hi & ~MASK : hi;
  }

  /** The upper half of an address on an interface; the same unless it is link-local. */
  public static long in(long hi, int index) {
    return linkLocal(hi) ? (hi & ~MASK) | (index & MASK) : hi;
  }
}
