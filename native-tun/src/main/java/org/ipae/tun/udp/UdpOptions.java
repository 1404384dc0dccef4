// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

/**
 * How to open a UDP socket.
 *
 * @param mark SO_MARK of everything sent, for policy routing; 0 = none
 * @param bufferBytes wanted size of each kernel buffer, in bytes; the kernel doubles it for its
 *     overhead
 * @param gso whether runs of datagrams may leave in one message (UDP_SEGMENT)
 * @param gro whether runs may arrive in one message (UDP_GRO)
 */
public record UdpOptions(int mark, int bufferBytes, boolean gso, boolean gro) {
  /** No mark, buffers of 8 MiB, both offloads where the kernel has them. */
  public static UdpOptions defaults() {
    return new UdpOptions(0, 8 << 20, true, true);
  }

  /** The same with another mark. */
  public UdpOptions withMark(int mark) {
    return new UdpOptions(mark, bufferBytes, gso, gro);
  }

  /** The same with these offloads. */
  public UdpOptions withOffload(boolean gso, boolean gro) {
    return new UdpOptions(mark, bufferBytes, gso, gro);
  }
}
