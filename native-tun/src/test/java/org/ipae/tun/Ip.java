// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.udp.LinuxUdp;
import org.ipae.tun.udp.UdpOptions;

/** Addresses for tests. */
public record Ip(byte[] bytes) {
  public static Ip of(String literal) {
    try {
      return new Ip(InetAddress.getByName(literal).getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  public long hi() {
    return bytes.length == 4 ? 0 : ByteBuffer.wrap(bytes).getLong(0);
  }

  public long lo() {
    return bytes.length == 4
        ? 0xffff_0000_0000L | ByteBuffer.wrap(bytes).getInt(0) & 0xffff_ffffL
        : ByteBuffer.wrap(bytes).getLong(8);
  }

  public LinuxUdp bind(int port) throws OsException {
    return LinuxUdp.open(hi(), lo(), port, UdpOptions.defaults());
  }

  /** Appends a datagram to this address, Not-ECT; returns its index. */
  public int add(DatagramBatch out, int off, int len, int port) {
    int i = out.add(off, len);
    out.remote(i, hi(), lo(), port);
    return i;
  }

  /** Receives into the batch, waiting up to ten seconds for the first datagram. */
  public static int await(LinuxUdp socket, DatagramBatch batch) throws Exception {
    try (Poller poller = new Poller(socket.descriptor())) {
      long end = System.nanoTime() + 10_000_000_000L;
      while (System.nanoTime() < end) {
        int n = socket.receive(batch);
        if (n > 0) {
          return n;
        }
        poller.await(Math.max(0, end - System.nanoTime()));
      }
      return 0;
    }
  }
}
