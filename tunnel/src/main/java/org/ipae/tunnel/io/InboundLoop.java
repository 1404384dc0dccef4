// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ipae.tun.BootClock;
import org.ipae.tun.Poller;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.device.Tun;
import org.ipae.tun.udp.PathError;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.engine.Inbound;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Path;

/** From the sockets of one lane to the TUN device, by {@link TunSink}. */
public final class InboundLoop implements Runnable {
  private static final int BATCH = 64;

  /** The longest run of datagrams, and the longest packet. */
  private static final int LONGEST = 65_535;

  /** Datagrams, or runs of them, that one call may bring. */
  private static final int SLOTS = 16;

  private static final int RECEIVE_ARRAY = SLOTS * (LONGEST + DatagramBatch.SPARE);
  private static final long HOLDING_NANOS = 10_000_000;

  /** Error-queue entries read in one turn. */
  private static final int ERRORS = 16;

  /** ICMP answers of ours that wait to be written. */
  private static final int ANSWERS = 128;

  private final int number;
  private List<UdpSocket> sockets = List.of();

  /** How many of the sockets listen; the others have ports of this host's choice. */
  private int listening;

  private final SharedState shared;
  private final TunSink tun;
  private final Inbound inbound;
  private final Poller poller;
  private final IdleStrategy idle = new IdleStrategy();
  private final DatagramBatch datagrams = new DatagramBatch(BATCH, LONGEST, RECEIVE_ARRAY);
  private final Queue<ReceiveLane> erased = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Queue<byte[]> answers = new ArrayBlockingQueue<>(ANSWERS);
  private volatile boolean stopping;
  private final Pulse pulse;

  /** Whether a socket may have more than was taken: no time to sleep. */
  private boolean pressed;

  /**
   * @param tuns the queues of all lanes
   * @param number of the lane
   */
  public InboundLoop(
      List<? extends Tun> tuns, int number, LaneSockets mine, SharedState shared, Notices notices)
      throws IOException {
    this.number = number;
    this.shared = shared;
    tun = new TunSink(tuns, shared.counters());
    inbound = new Inbound(shared, notices, tun, IdleStrategy::giveWay);
    poller = new Poller();
    use(mine);
    pulse = new Pulse(poller::wake);
  }

  private void use(LaneSockets mine) {
    sockets = mine.all();
    listening = mine.listening().size();
    poller.watch(sockets.stream().mapToInt(UdpSocket::descriptor).toArray());
  }

  /** Receives by these from now on. The result is there when the others are not used any more. */
  public CompletableFuture<?> exchange(LaneSockets mine) {
    CompletableFuture<?> done = new CompletableFuture<>();
    tasks.add(() -> {
      use(mine);
      done.complete(null);
    });
    poller.wake();
    return done;
  }

  public Pulse pulse() {
    return pulse;
  }

  /** Whether TCP packets are joined to superpackets. Any thread. */
  public boolean joinsTcp() {
    return tun.joinsTcp();
  }

  /** The same for UDP. */
  public boolean joinsUdp() {
    return tun.joinsUdp();
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
        pulse.beat();
        for (ReceiveLane lane = erased.poll(); lane != null; lane = erased.poll()) {
          inbound.erase(lane);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        long opened = inbound.opened();
        pressed = false;
        if (receive()) {
          if (inbound.opened() != opened) {
            idle.worked(System.nanoTime());
          } else {
            idle.workedForStrangers(System.nanoTime(), pressed);
            if (idle.flooded()) {
              IdleStrategy.nap();
            }
          }
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
        worked |= receive(sockets.get(i), number == 0 && i >= listening ? Path.SPARE : 0);
      }
    }
    if (!answers.isEmpty()) {
      writeAnswers();
    }
    if (inbound.holding()) {
      inbound.retryHeld(BootClock.millis());
    }
    tun.flush();
    return worked;
  }

  private boolean receive(UdpSocket socket, int ownPort) throws IOException {
    int n = socket.receive(datagrams);
    long now = n > 0 ? BootClock.millis() : 0;
    for (int i = 0; i < n; i++) {
      inbound.datagrams(now, datagrams, i, ownPort);
    }
    pressed |= n >= SLOTS;
    return n > 0;
  }

  private void drainErrors(UdpSocket socket) throws IOException {
    long now = BootClock.millis();
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

  /** Our own packets go into the queue of this loop's lane, whichever the last one came by. */
  private void writeAnswers() {
    int usual = tun.lane();
    tun.lane(number);
    for (byte[] a = answers.poll(); a != null; a = answers.poll()) {
      tun.packet(a, 0, a.length);
    }
    tun.lane(usual);
  }
}
