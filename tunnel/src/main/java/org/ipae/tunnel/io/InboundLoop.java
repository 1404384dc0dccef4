package org.ipae.tunnel.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ipae.tun.BootClock;
import org.ipae.tun.Poller;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.device.Tun;
import org.ipae.tun.udp.PathError;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.engine.Inbound;
import org.ipae.tunnel.engine.Notices;
import org.ipae.tunnel.engine.PacketSink;
import org.ipae.tunnel.engine.SharedState;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Segmenter;
import org.ipae.tunnel.offload.Virtio;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.wire.DropReason;

/**
 * From the sockets of one lane to the TUN device. What came by a lane is written to the queue of
 * that lane, whichever loop opened it: the kernel sends the other direction of a flow by the queue
 * that it was written to, and so a flow keeps one lane in both directions.
 */
public final class InboundLoop implements Runnable, PacketSink {
  private static final int BATCH = 64;

  /** The longest run of datagrams, and the longest packet. */
  private static final int LONGEST = 65_535;

  private static final int RECEIVE_ARRAY = 16 * (LONGEST + DatagramBatch.SPARE);
  private static final int DELIVER_ARRAY = 1 << 18;
  private static final int PACKETS = 256;
  private static final long HOLDING_NANOS = 10_000_000;

  /** Error-queue entries read in one turn. */
  private static final int ERRORS = 16;

  /** ICMP answers of ours that wait to be written. */
  private static final int ANSWERS = 128;

  private final List<Tun> tuns;
  private final Tun own;
  private final List<UdpSocket> sockets;
  private final SharedState shared;
  private final Inbound inbound;
  private final Poller poller;
  private final IdleStrategy idle = new IdleStrategy();
  private final DatagramBatch datagrams = new DatagramBatch(BATCH, LONGEST, RECEIVE_ARRAY);
  private final Coalescer coalescer = new Coalescer(DELIVER_ARRAY, this::deliver);
  private final PacketBatch packets = PacketBatch.over(coalescer.array(), PACKETS);
  private final Queue<ReceiveLane> erased = new ConcurrentLinkedQueue<>();
  private final Queue<byte[]> answers = new ArrayBlockingQueue<>(ANSWERS);
  private final Segmenter segmenter = new Segmenter();
  private final PacketBatch single = PacketBatch.over(coalescer.array(), 1);
  private Tun tun;
  private volatile boolean joinsTcp;
  private volatile boolean joinsUdp;
  private volatile boolean stopping;

  /**
   * A loop.
   *
   * @param tuns the queues of all lanes
   * @param number of the lane
   */
  public InboundLoop(
      List<? extends Tun> tuns, int number, LaneSockets mine, SharedState shared, Notices notices)
      throws IOException {
    this.tuns = List.copyOf(tuns);
    this.shared = shared;
    sockets = mine.all();
    own = tuns.get(number);
    tun = tuns.getFirst();
    inbound = new Inbound(shared, notices, this, IdleStrategy::giveWay);
    joinsTcp = tun.tcpOffload();
    joinsUdp = tun.udpOffload();
    coalescer.enable(joinsTcp, joinsUdp);
    poller = new Poller(sockets.stream().mapToInt(UdpSocket::descriptor).toArray());
  }

  /** Whether TCP packets are joined to superpackets. Any thread. */
  public boolean joinsTcp() {
    return joinsTcp;
  }

  /** The same for UDP. */
  public boolean joinsUdp() {
    return joinsUdp;
  }

  public void erase(ReceiveLane lane) {
    erased.add(lane);
    poller.wake();
  }

  public void wake() {
    poller.wake();
  }

  /** Writes a packet of our own into this lane's queue; a copy is made. Any thread. */
  public void answer(byte[] b, int offset, int length) {
    if (!answers.offer(Arrays.copyOfRange(b, offset, offset + length))) {
      shared.counters().drop(DropReason.QUEUE_FULL);
    }
    poller.wake();
  }

  public void stop() {
    stopping = true;
    poller.wake();
  }

  @Override
  public void run() {
    try (poller) {
      while (!stopping) {
        for (ReceiveLane lane = erased.poll(); lane != null; lane = erased.poll()) {
          inbound.erase(lane);
        }
        if (receive()) {
          idle.worked(System.nanoTime());
          poller.await(0);
        } else if (idle.looksAgain(System.nanoTime())) {
          IdleStrategy.giveWay();
          poller.await(0);
        } else {
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

  /** Takes what the sockets have that were ready when last looked at. */
  private boolean receive() throws IOException {
    boolean worked = false;
    for (int i = 0; i < sockets.size(); i++) {
      if (poller.failed(i)) {
        drainErrors(sockets.get(i));
      }
      if (poller.ready(i)) {
        worked |= receive(sockets.get(i));
      }
    }
    if (!answers.isEmpty()) {
      writeAnswers();
    }
    if (inbound.holding()) {
      inbound.retryHeld(BootClock.nanos() / 1_000_000);
    }
    deliver();
    return worked;
  }

  private boolean receive(UdpSocket socket) throws IOException {
    int n = socket.receive(datagrams);
    long now = n > 0 ? BootClock.nanos() / 1_000_000 : 0;
    for (int i = 0; i < n; i++) {
      inbound.datagrams(
          now,
          datagrams.bytes(),
          datagrams.offset(i),
          datagrams.length(i),
          datagrams.segmentSize(i),
          datagrams.remoteHi(i),
          datagrams.remoteLo(i),
          datagrams.remotePort(i),
          datagrams.localHi(i),
          datagrams.localLo(i),
          datagrams.ecn(i));
    }
    return n > 0;
  }

  private void drainErrors(UdpSocket socket) throws IOException {
    long now = BootClock.nanos() / 1_000_000;
    for (int i = 0; i < ERRORS; i++) {
      PathError e = socket.readError();
      if (e == null) {
        return;
      }
      if (e.mtu() > 0) {
        inbound.tooBig(now, e.remoteHi(), e.remoteLo(), e.mtu(), e.local());
      }
    }
  }

  private void writeAnswers() {
    Tun usual = tun;
    queue(own);
    for (byte[] a = answers.poll(); a != null; a = answers.poll()) {
      packet(a, 0, a.length);
    }
    queue(usual);
  }

  @Override
  public void lane(int number) {
    queue(tuns.get(number % tuns.size()));
  }

  @SuppressWarnings("ReferenceEquality") // the same queue
  private void queue(Tun next) {
    if (next != tun) {
      deliver();
      tun = next;
    }
  }

  @Override
  public void packet(byte[] b, int offset, int length) {
    if (!coalescer.fits(length)) {
      deliver();
    }
    coalescer.packet(b, offset, length);
  }

  private void deliver(
      int offset,
      int length,
      int flags,
      int gsoType,
      int headerLength,
      int gsoSize,
      int checksumStart,
      int checksumOffset) {
    if (packets.full()) {
      write();
    }
    int i = packets.add(offset, length);
    packets.header(i, flags, gsoType, headerLength, gsoSize, checksumStart, checksumOffset);
  }

  private void deliver() {
    coalescer.flush();
    if (packets.count() > 0) {
      write();
    }
    coalescer.reset();
  }

  private void write() {
    int lost = packets.count();
    try {
      lost -= tun.write(packets);
      for (int i = 0; i < packets.count(); i++) {
        if (packets.refused(i) && packets.gsoType(i) != Virtio.GSO_NONE) {
          lost += writeApart(i) - 1;
        }
      }
    } catch (IOException e) {
      Log.debug("TUN: " + Reason.of(e));
    }
    if (lost > 0) {
      shared.counters().drop(DropReason.TUN_REFUSED, lost);
    }
    packets.clear();
  }

  /**
   * A kernel that refuses a superpacket gets its packets, and no more superpackets of that kind.
   *
   * @return packets that it did not take either
   */
  private int writeApart(int i) throws IOException {
    boolean udp = packets.gsoType(i) == Virtio.GSO_UDP_L4;
    if (udp ? joinsUdp : joinsTcp) {
      Log.warn(
          "the kernel refuses "
              + (udp ? "UDP" : "TCP")
              + " superpackets on "
              + tun.name()
              + ": offload is off for them, this costs speed; say "
              + (udp ? "tun_udp" : "tun_tcp")
              + " = false in [offload]");
    }
    joinsTcp &= udp;
    joinsUdp &= !udp;
    coalescer.enable(joinsTcp, joinsUdp);
    int lost = 0;
    segmenter.start(
        packets.bytes(),
        packets.offset(i),
        packets.length(i),
        packets.flags(i),
        packets.gsoType(i),
        packets.gsoSize(i),
        packets.checksumStart(i),
        packets.checksumOffset(i));
    while (segmenter.next()) {
      single.clear();
      single.add(segmenter.offset(), segmenter.length());
      lost += 1 - tun.write(single);
    }
    return lost;
  }
}
