package org.ipae.tun;

/**
 * How to open a UDP socket.
 *
 * @param mark SO_MARK of everything sent, for policy routing; 0 = none
 * @param bufferBytes wanted size of each kernel buffer, in bytes; the kernel doubles it for its
 *     overhead
 */
public record UdpOptions(int mark, int bufferBytes) {
  /** No mark, buffers of 8 MiB. */
  public static UdpOptions defaults() {
    return new UdpOptions(0, 8 << 20);
  }

  /** The same with another mark. */
  public UdpOptions withMark(int mark) {
    return new UdpOptions(mark, bufferBytes);
  }
}
