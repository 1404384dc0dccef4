// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.wire.Endpoint;

/** Batches as a socket and a TUN device fill them. */
public final class Received {
  private Received() {}

  /** One packet without offload. */
  public static PacketBatch packet(byte[] bytes) {
    PacketBatch batch = PacketBatch.over(bytes, 1);
    batch.add(0, bytes.length);
    return batch;
  }

  /** One datagram, Not-ECT. */
  public static DatagramBatch datagram(byte[] bytes, Endpoint from, Endpoint to) {
    DatagramBatch batch = DatagramBatch.over(bytes, 1);
    int i = batch.add(0, bytes.length);
    batch.remote(i, from.hi(), from.lo(), from.port());
    batch.local(i, to.hi(), to.lo());
    return batch;
  }
}
