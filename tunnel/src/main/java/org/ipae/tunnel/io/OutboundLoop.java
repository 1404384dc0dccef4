// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipae.tun.BootClock;
import org.ipae.tun.Poller;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.device.Tun;
import org.ipae.tunnel.engine.Exits;
import org.ipae.tunnel.engine.Outbound;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Path;

/**
 * From one queue of the TUN device to the sockets of one lane: it alone sends by them. Control
 * hands it what it wants sent.
 */
public final class OutboundLoop implements Runnable {
  private static final int BATCH = 64;
  private static final int LONGEST = 65_535;

  /** Two superpackets, or a full batch of small packets. */
  private static final int ARRAY = 2 * (LONGEST + PacketBatch.SPARE);

  private static final int COMMANDS = 8_192;

  private sealed interface Command {
    record Raw(Path path, byte[] datagram) implements Command {}

    record SendItem(SendChannel channel, byte[] item) implements Command {}

    record Erase(SendLane lane) implements Command {}

    record Between(Runnable task) implements Command {}
  }

  private final Tun tun;
  private final Outbound outbound;
  private final SharedState shared;
  private final Poller poller;
  private final IdleStrategy idle = new IdleStrategy();
  private final PacketBatch batch = new PacketBatch(BATCH, LONGEST, ARRAY);
  private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean stopping;
  private final Pulse pulse;

  /**
   * @param number of the lane
   */
  public OutboundLoop(Tun tun, Exits exits, int number, SharedState shared, Notices notices)
      throws IOException {
    this.tun = tun;
    this.shared = shared;
    outbound = new Outbound(shared, notices, exits, number, IdleStrategy::giveWay);
    poller = new Poller(tun.descriptor());
    pulse = new Pulse(poller::wake);
  }

  public Pulse pulse() {
    return pulse;
  }

  public void datagram(Path path, byte[] datagram) {
    command(new Command.Raw(path, datagram));
  }

  public void item(SendChannel channel, byte[] item) {
    command(new Command.SendItem(channel, item));
  }

  public void erase(SendLane lane) {
    waiting.incrementAndGet();
    commands.add(new Command.Erase(lane));
    poller.wake();
  }

  /** Does something while nothing waits to be sent. The result is there when it is done. */
  public CompletableFuture<?> between(Runnable task) {
    CompletableFuture<?> done = new CompletableFuture<>();
    waiting.incrementAndGet();
    commands.add(
        new Command.Between(() -> {
          task.run();
          done.complete(null);
        }));
    poller.wake();
    return done;
  }

  private void command(Command c) {
    if (waiting.incrementAndGet() > COMMANDS) {
      waiting.decrementAndGet();
      shared.counters().drop(DropReason.QUEUE_FULL);
      return;
    }
    commands.add(c);
    poller.wake();
  }

  /** Ends the loop once everything handed over has been sent. */
  public void stop() {
    stopping = true;
    poller.wake();
  }

  @Override
  public void run() {
    try (poller) {
      while (true) {
        pulse.beat();
        boolean ending = stopping;
        boolean worked = commands();
        if (ending) {
          return;
        }
        worked |= packets();
        outbound.finish();
        if (worked) {
          idle.worked(System.nanoTime());
        } else if (idle.looksAgain(System.nanoTime())) {
          IdleStrategy.giveWay();
        } else {
          poller.await(-1);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the TUN device has failed", e);
    }
  }

  private boolean commands() {
    Command c = commands.poll();
    if (c == null) {
      return false;
    }
    long now = BootClock.millis();
    for (; c != null; c = commands.poll()) {
      waiting.decrementAndGet();
      switch (c) {
        case Command.Raw r -> outbound.datagram(r.datagram(), r.path());
        case Command.SendItem i -> outbound.item(now, i.channel(), i.item());
        case Command.Erase e -> outbound.erase(e.lane());
        case Command.Between b -> {
          outbound.finish();
          b.task().run();
        }
      }
    }
    outbound.finish();
    return true;
  }

  private boolean packets() throws IOException {
    int n = tun.read(batch);
    long now = n > 0 ? BootClock.millis() : 0;
    for (int i = 0; i < n; i++) {
      outbound.packet(now, batch, i);
    }
    return n > 0;
  }
}
