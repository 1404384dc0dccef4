package org.ipae.tunnel.io;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ipae.tun.DatagramBatch;
import org.ipae.tun.UdpSocket;
import org.ipae.tunnel.engine.Counters;
import org.ipae.tunnel.engine.DatagramSink;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** Collects datagrams in one array and sends them in batches, by address family. The out thread. */
final class UdpSink implements DatagramSink {
  private static final int ARRAY = 1 << 18;
  private static final int BATCH = 128;

  /** Tries on a full socket buffer before the rest of a batch is dropped. */
  private static final int PATIENCE = 200;

  private static final long PAUSE_NANOS = 50_000;

  private final Counters counters;
  private final byte[] array = new byte[ARRAY];
  private final DatagramBatch ipv4 = DatagramBatch.over(array, BATCH);
  private final DatagramBatch ipv6 = DatagramBatch.over(array, BATCH);
  private final List<UdpSocket> sockets;
  private @Nullable Path lastPath;
  private int lastSize;
  private int used;

  UdpSink(List<UdpSocket> sockets, Counters counters) {
    this.sockets = sockets;
    this.counters = counters;
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int room(int size) {
    return used + size > ARRAY || ipv4.full() || ipv6.full() ? -1 : used;
  }

  @Override
  public void add(int offset, int length, Path path, int ecn) {
    DatagramBatch batch = path.remote().isIpv4() ? ipv4 : ipv6;
    used = offset + length;
    if (continuesRun(batch, offset, length, path, ecn)) {
      batch.extend(batch.count() - 1, length);
      return;
    }
    lastPath = path;
    lastSize = length;
    batch.add(
        offset,
        length,
        path.remote().hi(),
        path.remote().lo(),
        path.remote().port(),
        path.localHi(),
        path.localLo(),
        ecn);
  }

  /**
   * Whether a datagram is one more of the run that the batch ends with: equal, or its shorter end.
   */
  @SuppressWarnings("ReferenceEquality") // an equal path that is another object starts a new run
  private boolean continuesRun(DatagramBatch batch, int offset, int length, Path path, int ecn) {
    int last = batch.count() - 1;
    return last >= 0
        && path == lastPath
        && ecn == batch.ecn(last)
        && length <= lastSize
        && batch.offset(last) + batch.length(last) == offset
        && batch.length(last) % lastSize == 0;
  }

  /** Adds a datagram that is ready; sends first if there is no room. */
  void add(byte[] datagram, Path path) {
    int at = room(datagram.length);
    if (at < 0) {
      flush();
      at = room(datagram.length);
    }
    System.arraycopy(datagram, 0, array, at, datagram.length);
    add(at, datagram.length, path, 0);
  }

  @Override
  public void flush() {
    if (used == 0) {
      return;
    }
    send(ipv4, true);
    send(ipv6, false);
    used = 0;
    lastPath = null;
  }

  private void send(DatagramBatch batch, boolean family) {
    int from = 0;
    int patience = PATIENCE;
    while (from < batch.count() && patience > 0) {
      int sent = trySend(batch, family, from);
      if (sent < 0) {
        break;
      }
      if (sent == 0) {
        patience--;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      from += sent;
    }
    if (from < batch.count()) {
      counters.drop(DropReason.SEND_REFUSED, batch.count() - from);
    }
    batch.clear();
  }

  /** Entries dealt with, -1 if there is no socket of this family or it is broken. */
  private int trySend(DatagramBatch batch, boolean family, int from) {
    for (UdpSocket s : sockets) {
      if (s.ipv4() == family) {
        try {
          return s.send(batch, from);
        } catch (IOException e) {
          return -1;
        }
      }
    }
    return -1;
  }
}
