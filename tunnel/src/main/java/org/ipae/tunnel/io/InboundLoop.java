package org.ipae.tunnel.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ipae.tun.BootClock;
import org.ipae.tun.DatagramBatch;
import org.ipae.tun.PacketBatch;
import org.ipae.tun.PathError;
import org.ipae.tun.Poller;
import org.ipae.tun.Tun;
import org.ipae.tun.UdpSocket;
import org.ipae.tunnel.engine.Inbound;
import org.ipae.tunnel.engine.Notices;
import org.ipae.tunnel.engine.PacketSink;
import org.ipae.tunnel.engine.SharedState;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.wire.DropReason;

/** From the sockets to the TUN device: the only thread that opens. */
final class InboundLoop implements Runnable, PacketSink {
  private static final int BATCH = 64;
  private static final int SLOT = 9_216;
  private static final int ARRAY = 1 << 18;
  private static final long HOLDING_NANOS = 10_000_000;

  /** Error-queue entries read in one turn. */
  private static final int ERRORS = 16;

  private final Tun tun;
  private final List<UdpSocket> sockets;
  private final SharedState shared;
  private final Inbound inbound;
  private final Poller poller;
  private final DatagramBatch datagrams = new DatagramBatch(BATCH, SLOT);
  private final byte[] array = new byte[ARRAY];
  private final PacketBatch packets = PacketBatch.over(array, BATCH * 4);
  private final Queue<ReceiveLane> erased = new ConcurrentLinkedQueue<>();
  private int used;
  private long tunErrors;
  private volatile boolean stopping;

  InboundLoop(Tun tun, List<UdpSocket> sockets, SharedState shared, Notices notices)
      throws IOException {
    this.tun = tun;
    this.sockets = sockets;
    this.shared = shared;
    inbound = new Inbound(shared, notices, this);
    poller = new Poller(sockets.stream().mapToInt(UdpSocket::descriptor).toArray());
  }

  void erase(ReceiveLane lane) {
    erased.add(lane);
    poller.wake();
  }

  void wake() {
    poller.wake();
  }

  void stop() {
    stopping = true;
    poller.wake();
  }

  @Override
  public void run() {
    try (poller) {
      while (!stopping) {
        long now = BootClock.nanos() / 1_000_000;
        for (ReceiveLane lane = erased.poll(); lane != null; lane = erased.poll()) {
          inbound.erase(lane);
        }
        boolean worked = false;
        for (UdpSocket s : sockets) {
          worked |= receive(now, s);
        }
        if (inbound.holding()) {
          inbound.retryHeld(now);
        }
        deliver();
        if (!worked) {
          poller.await(inbound.holding() ? HOLDING_NANOS : -1);
        }
      }
      for (ReceiveLane lane = erased.poll(); lane != null; lane = erased.poll()) {
        inbound.erase(lane);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("receiving has failed", e);
    }
  }

  private boolean receive(long now, UdpSocket socket) throws IOException {
    int n = socket.receive(datagrams);
    for (int i = 0; i < n; i++) {
      inbound.datagram(
          now,
          datagrams.bytes(),
          datagrams.offset(i),
          datagrams.length(i),
          datagrams.remoteHi(i),
          datagrams.remoteLo(i),
          datagrams.remotePort(i),
          datagrams.localHi(i),
          datagrams.localLo(i));
    }
    if (n == 0) {
      drainErrors(socket);
    }
    return n > 0;
  }

  private static void drainErrors(UdpSocket socket) throws IOException {
    for (int i = 0; i < ERRORS; i++) {
      PathError e = socket.readError();
      if (e == null) {
        return;
      }
    }
  }

  @Override
  public void packet(byte[] b, int offset, int length) {
    if (used + length > ARRAY || packets.full()) {
      deliver();
    }
    System.arraycopy(b, offset, array, used, length);
    packets.add(used, length);
    used += length;
  }

  private void deliver() {
    if (packets.count() == 0) {
      return;
    }
    try {
      tun.write(packets);
    } catch (IOException e) {
      shared.counters().drop(DropReason.TUN_REFUSED, packets.count());
    }
    long errors = tun.writeErrors();
    if (errors != tunErrors) {
      shared.counters().drop(DropReason.TUN_REFUSED, errors - tunErrors);
      tunErrors = errors;
    }
    packets.clear();
    used = 0;
  }
}
