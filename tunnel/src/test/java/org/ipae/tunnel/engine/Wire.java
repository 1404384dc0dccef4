package org.ipae.tunnel.engine;

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
  private final int[] length = new int[MOST];
  private final int[] ecn = new int[MOST];
  private int count;
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
    return used + size > ARRAY || count == MOST ? -1 : used;
  }

  @Override
  public void add(int offset, int n, Path path, int bits) {
    length[count] = n;
    ecn[count] = bits;
    count++;
    used = offset + n;
  }

  @Override
  public void flush() {
    int at = 0;
    int first = 0;
    while (first < count) {
      int size = length[first];
      int bytes = size;
      int next = first + 1;
      while (next < count
          && ecn[next] == ecn[first]
          && length[next - 1] == size
          && length[next] <= size) {
        bytes += length[next++];
      }
      end.datagrams(
          1,
          array,
          at,
          bytes,
          next == first + 1 ? 0 : size,
          from.hi(),
          from.lo(),
          from.port(),
          to.hi(),
          to.lo(),
          ecn[first]);
      at += bytes;
      first = next;
    }
    count = 0;
    used = 0;
  }
}
