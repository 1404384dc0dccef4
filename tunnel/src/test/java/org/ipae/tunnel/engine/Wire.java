// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;

/** From a gateway that seals to one that opens, in runs of equal datagrams as UDP GSO has them. */
final class Wire implements DatagramSink {
  private static final int ARRAY = 1 << 18;
  private static final int MOST = 4_096;

  private final Endpoint from;
  private final Endpoint to;
  private final Inbound end;
  private final byte[] array = new byte[ARRAY];
  private final DatagramBatch sent = DatagramBatch.over(array, MOST);
  private int size;
  private int used;

  Wire(Endpoint from, Endpoint to, Inbound end) {
    this.from = from;
    this.to = to;
    this.end = end;
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int room(int size) {
    return used + size > ARRAY || sent.full() ? -1 : used;
  }

  @Override
  public void add(int offset, int length, Path path, int ecn) {
    used = offset + length;
    int last = sent.count() - 1;
    if (last >= 0 && sent.ecn(last) == ecn && length <= size && sent.length(last) % size == 0) {
      sent.extend(last, length);
      return;
    }
    size = length;
    int i = sent.add(offset, length);
    sent.remote(i, from.hi(), from.lo(), from.port());
    sent.local(i, to.hi(), to.lo());
    sent.ecn(i, ecn);
  }

  @Override
  public void flush() {
    for (int i = 0; i < sent.count(); i++) {
      end.datagrams(1, sent, i);
    }
    sent.clear();
    used = 0;
  }
}
