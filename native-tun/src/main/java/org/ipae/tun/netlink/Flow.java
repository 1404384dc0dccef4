// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import org.jspecify.annotations.Nullable;

/**
 * Whose way is asked for: policy routing tells packets apart.
 *
 * @param mark SO_MARK of the sender; 0 = none
 * @param port its UDP port; 0 = any packet
 * @param interfaceIndex by which it is to leave; 0 = any
 * @param source the address that it has chosen, 4 or 16 bytes in network order; null = the kernel
 *     chooses
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Flow(int mark, int port, int interfaceIndex, byte @Nullable [] source) {
  /** A packet that no rule singles out. */
  public static final Flow ANY = new Flow(0, 0, 0);

  /** The kernel chooses the source. */
  public Flow(int mark, int port, int interfaceIndex) {
    this(mark, port, interfaceIndex, null);
  }

  /** The same from an address of its own. */
  public Flow from(byte[] address) {
    return new Flow(mark, port, interfaceIndex, address);
  }
}
