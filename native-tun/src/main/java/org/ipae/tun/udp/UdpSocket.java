// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.io.IOException;
import java.util.Map;
import org.ipae.tun.batch.DatagramBatch;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket that moves batches and knows the local address of each datagram. Receiving belongs
 * to one thread; any thread may send, one sends at a time.
 */
public interface UdpSocket extends AutoCloseable {
  /**
   * Clears the batch and fills it with what waits, without blocking. Datagrams longer than a slot
   * are dropped; runs of datagrams are longer, so that a socket with {@link #gro} wants slots of
   * 65,535 bytes.
   *
   * @return entries received; 0 = nothing there
   * @throws IOException if the socket is broken
   */
  int receive(DatagramBatch batch) throws IOException;

  /**
   * Sends the entries from index {@code from} on, without blocking. An entry the kernel refuses
   * (EMSGSIZE, ENETUNREACH, ...) is counted, skipped, and dealt with; a full send buffer (EAGAIN)
   * stops. If that happens within a run, the entry is left with its unsent rest.
   *
   * @return entries dealt with, 0 to {@code batch.count() - from}
   * @throws IOException if the socket is broken
   */
  int send(DatagramBatch batch, int from) throws IOException;

  /** Whether runs leave in one message; false from the first refusal of the kernel. Any thread. */
  boolean gso();

  /** Whether runs may arrive in one message, as entries with a segment size. */
  boolean gro();

  /** The port it is bound to. */
  int localPort();

  /** Whether it speaks IPv4; otherwise IPv6 alone. */
  boolean ipv4();

  /** The file descriptor to poll; -1 if there is none. */
  int descriptor();

  /** Datagrams lost because the receive buffer was full (SO_RXQ_OVFL), since the start. */
  long receiveDrops();

  /** Datagrams that could not be sent since the start, by the C name of the error. Any thread. */
  Map<String, Long> sendErrors();

  /**
   * Takes the oldest error the network or the kernel reported on a sent datagram. While errors
   * wait, a {@link org.ipae.tun.Poller} calls the socket ready, so read until null. Thread: the
   * receiving one.
   *
   * @return null if none waits
   * @throws IOException if the socket is broken
   */
  @Nullable PathError readError() throws IOException;

  /**
   * Gives what it sends another firewall mark, 0 for none. Any thread.
   *
   * @throws IOException EPERM without CAP_NET_ADMIN
   */
  void mark(int mark) throws IOException;

  /** Gives the port back. Only after the receiving and sending threads ended. */
  @Override
  void close();
}
