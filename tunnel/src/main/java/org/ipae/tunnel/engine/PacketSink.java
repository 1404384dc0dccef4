// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

/** Where inner packets are delivered. The receiving thread. */
@FunctionalInterface
public interface PacketSink {

  /** The packets that follow came by this lane. */
  default void lane(int number) {}

  /** Takes the IP datagram at {@code offset}; the array is reused after the call. */
  void packet(byte[] b, int offset, int length);
}
