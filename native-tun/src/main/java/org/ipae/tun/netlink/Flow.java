// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

/**
 * Whose way is asked for: policy routing tells packets apart.
 *
 * @param mark SO_MARK of the sender; 0 = none
 * @param port its UDP port; 0 = any packet
 * @param interfaceIndex by which it is to leave; 0 = any
 */
public record Flow(int mark, int port, int interfaceIndex) {
  /** A packet that no rule singles out. */
  public static final Flow ANY = new Flow(0, 0, 0);
}
