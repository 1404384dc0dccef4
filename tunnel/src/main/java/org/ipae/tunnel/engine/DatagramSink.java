// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tunnel.wire.Path;

/** Where sealed datagrams are collected. The sending thread. */
public interface DatagramSink {

  /** The array that datagrams are written into; the same until {@link #flush}. */
  byte[] array();

  /** Offset of room for {@code size} bytes, or -1 if a {@link #flush} must come first. */
  int room(int size);

  /**
   * Adds the datagram at {@code offset}, which {@link #room} gave.
   *
   * @param ecn the two ECN bits of its IP header
   */
  void add(int offset, int length, Path path, int ecn);

  /** Sends everything added. */
  void flush();
}
