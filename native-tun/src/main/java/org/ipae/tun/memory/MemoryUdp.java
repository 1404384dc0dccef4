package org.ipae.tun.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.udp.PathError;
import org.ipae.tun.udp.UdpSocket;
import org.jspecify.annotations.Nullable;

/** A socket of a {@link MemoryNetwork}, with a bounded queue. Any thread. Cannot be polled. */
public final class MemoryUdp implements UdpSocket {
  private final MemoryNetwork network;
  private final MemoryNetwork.Endpoint here;
  private final int queueDatagrams;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final ArrayDeque<PathError> pathErrors = new ArrayDeque<>();
  private final TreeMap<String, Long> sendErrors = new TreeMap<>();
  private long drops;
  private boolean closed;

  MemoryUdp(MemoryNetwork network, MemoryNetwork.Endpoint here, int queueDatagrams) {
    this.network = network;
    this.here = here;
    this.queueDatagrams = queueDatagrams;
  }

  @Override
  public synchronized int receive(DatagramBatch batch) throws OsException {
    checkOpen("recvmmsg");
    batch.clear();
    while (!batch.full()) {
      Waiting next = queue.poll();
      if (next == null) {
        break;
      }
      byte[] payload = next.payload();
      if (payload.length > batch.slotBytes()) {
        continue;
      }
      int off = batch.nextOffset();
      System.arraycopy(payload, 0, batch.bytes(), off, payload.length);
      int i = batch.add(off, payload.length);
      batch.remote(i, next.fromHi(), next.fromLo(), next.fromPort());
      batch.local(i, here.hi(), here.lo());
      batch.ecn(i, next.ecn());
    }
    return batch.count();
  }

  @Override
  public int send(DatagramBatch batch, int from) throws OsException {
    checkOpen("sendmmsg");
    for (int i = from; i < batch.count(); i++) {
      int end = batch.offset(i) + batch.length(i);
      int step = batch.segmentSize(i) == 0 ? Math.max(batch.length(i), 1) : batch.segmentSize(i);
      int at = batch.offset(i);
      do {
        send(batch, i, at, Math.min(end, at + step));
        at += step;
      } while (at < end);
    }
    return batch.count() - from;
  }

  private void send(DatagramBatch batch, int i, int start, int end) {
    long toHi = batch.remoteHi(i);
    long toLo = batch.remoteLo(i);
    if (new MemoryNetwork.Endpoint(toHi, toLo, 0).ipv4() != ipv4()) {
      refuse(Errno.EAFNOSUPPORT);
      return;
    }
    if (end - start > network.maxPayload()) {
      refuse(Errno.EMSGSIZE);
      return;
    }
    MemoryUdp target = network.at(toHi, toLo, batch.remotePort(i));
    if (target == null) {
      return;
    }
    boolean chosen = (batch.localHi(i) | batch.localLo(i)) != 0;
    target.deliver(
        new Waiting(
            Arrays.copyOfRange(batch.bytes(), start, end),
            chosen ? batch.localHi(i) : here.hi(),
            chosen ? batch.localLo(i) : here.lo(),
            here.port(),
            batch.ecn(i)));
  }

  private synchronized void refuse(int errno) {
    sendErrors.merge(Errno.name(errno), 1L, Long::sum);
  }

  private synchronized void deliver(Waiting datagram) {
    if (closed || queue.size() == queueDatagrams) {
      drops++;
    } else {
      queue.add(datagram);
    }
  }

  /** Lets {@link #readError} give this error next. For tests. */
  public synchronized void report(PathError error) {
    if (pathErrors.size() < queueDatagrams) {
      pathErrors.add(error);
    }
  }

  /** Datagrams that wait to be received. */
  public synchronized int waiting() {
    return queue.size();
  }

  @Override
  public boolean gso() {
    return false;
  }

  @Override
  public boolean gro() {
    return false;
  }

  @Override
  public int localPort() {
    return here.port();
  }

  @Override
  public boolean ipv4() {
    return here.ipv4();
  }

  /** There is none: -1. */
  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public synchronized long receiveDrops() {
    return drops;
  }

  @Override
  public synchronized Map<String, Long> sendErrors() {
    return Map.copyOf(sendErrors);
  }

  @Override
  public synchronized @Nullable PathError readError() {
    return pathErrors.poll();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      queue.clear();
    }
    network.release(here);
  }

  private synchronized void checkOpen(String call) throws OsException {
    if (closed) {
      throw new OsException(call, Errno.EBADF);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Waiting(byte[] payload, long fromHi, long fromLo, int fromPort, int ecn) {}
}
