// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.device;

import java.io.IOException;
import org.ipae.tun.batch.PacketBatch;

/**
 * A TUN interface: the IP packets the host routes into it are read, packets written appear on the
 * host as received. Reading belongs to one thread; any thread may write, one writes at a time.
 */
public interface Tun extends AutoCloseable {
  /** The interface's name as the kernel has it. */
  String name();

  /** The interface's index. */
  int index();

  /** The file descriptor to poll; -1 if there is none. */
  int descriptor();

  /**
   * Whether TCP superpackets and checksums to be completed are read, and TCP superpackets may be
   * written.
   */
  boolean tcpOffload();

  /** The same for UDP superpackets. */
  boolean udpOffload();

  /**
   * Clears the batch and fills it with the packets that wait, without blocking.
   *
   * @return packets read; 0 = nothing there
   * @throws IOException if the interface is gone or broken
   */
  int read(PacketBatch batch) throws IOException;

  /**
   * Writes every packet of the batch, with its virtio header. Packets the kernel refuses are
   * counted and skipped.
   *
   * @return packets the kernel took
   * @throws IOException if the interface is gone or broken
   */
  int write(PacketBatch batch) throws IOException;

  /** Packets the kernel refused since the start. Any thread. */
  long writeErrors();

  /** Gives the interface back; it disappears. Only after the reading and writing threads ended. */
  @Override
  void close();
}
