// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.engine.DatagramSink;
import org.ipae.tunnel.link.Counters;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Collects datagrams in one array and sends them in batches, by socket: address family and own
 * port. Usually that is the port of this loop's lane; with a peer that has fewer lanes it may be
 * another's, and with one that did not answer the spare one. One out thread.
 */
public final class UdpSink implements DatagramSink {
  private static final int ARRAY = 1 << 18;
  private static final int BATCH = 128;

  /** Tries on a full socket buffer before the rest of a batch is dropped. */
  private static final int PATIENCE = 200;

  private static final long PAUSE_NANOS = 50_000;

  private final int number;
  private final Counters counters;
  private final Refusals refusals;
  private final byte[] array = new byte[ARRAY];
  private final @Nullable UdpSocket[] sockets;
  private final @Nullable DatagramBatch[] batches; // made when first used
  private boolean full;
  private @Nullable Path lastPath;
  private int lastSize;
  private int used;

  /**
   * @param number of the lane whose listening sockets are used
   */
  public UdpSink(List<LaneSockets> lanes, int number, Counters counters, Notices notices) {
    this.counters = counters;
    this.number = number;
    refusals = new Refusals(notices);
    sockets = new UdpSocket[2 * lanes.size() + 2];
    batches = new DatagramBatch[sockets.length];
    use(lanes);
  }

  /** Sends by these from now on, of as many lanes; nothing may wait for {@link #flush}. */
  public void use(List<LaneSockets> lanes) {
    Arrays.fill(sockets, null);
    for (UdpSocket s : lanes.get(number).listening().reversed()) {
      sockets[place(s.ipv4(), 0)] = s; // the first one of its family
    }
    for (int n = 0; n < lanes.size(); n++) {
      for (UdpSocket s : lanes.get(n).own()) {
        sockets[place(s.ipv4(), n == 0 ? Path.SPARE : n)] = s;
      }
    }
  }

  private static int place(boolean ipv4, int ownPort) {
    return 2 * (ownPort - Path.SPARE) + (ipv4 ? 0 : 1);
  }

  private DatagramBatch batch(Path path) {
    int place = place(path.remote().isIpv4(), path.port());
    DatagramBatch batch = batches[place];
    if (batch == null) {
      batch = DatagramBatch.over(array, BATCH);
      batches[place] = batch;
    }
    return batch;
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int room(int size) {
    return full || used + size > ARRAY ? -1 : used;
  }

  @Override
  public void add(int offset, int length, Path path, int ecn) {
    DatagramBatch batch = batch(path);
    used = offset + length;
    if (continuesRun(batch, offset, length, path, ecn)) {
      batch.extend(batch.count() - 1, length);
      return;
    }
    lastPath = path;
    lastSize = length;
    int i = batch.add(offset, length);
    batch.remote(i, path.remote().hi(), path.remote().lo(), path.remote().port());
    batch.local(i, path.localHi(), path.localLo());
    batch.ecn(i, ecn);
    full |= batch.full();
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
        && batch.end() == offset
        && batch.length(last) % lastSize == 0;
  }

  @Override
  public void flush() {
    if (used == 0) {
      return;
    }
    for (int i = 0; i < batches.length; i++) {
      DatagramBatch batch = batches[i];
      if (batch != null && batch.count() > 0) {
        send(batch, sockets[i]);
      }
    }
    full = false;
    used = 0;
    lastPath = null;
  }

  private void send(DatagramBatch batch, @Nullable UdpSocket socket) {
    int from = 0;
    int patience = PATIENCE;
    while (from < batch.count() && patience > 0) {
      int sent = trySend(batch, socket, from);
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
    if (batch.anyRefused()) {
      refusals.of(batch);
    }
    batch.clear();
  }

  /** Entries dealt with, -1 if there is no such socket or it is broken. */
  private static int trySend(DatagramBatch batch, @Nullable UdpSocket socket, int from) {
    try {
      return socket == null ? -1 : socket.send(batch, from);
    } catch (IOException e) {
      return -1;
    }
  }
}
