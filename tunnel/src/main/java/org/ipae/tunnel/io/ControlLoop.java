// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.ipae.tun.BootClock;
import org.ipae.tun.Poller;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.jspecify.annotations.Nullable;

/** Runs the control plane: notices of the packet threads, timers, tasks of other threads. */
public final class ControlLoop implements Runnable, Notices {
  /** Notices of sessions taken in one turn, so that timers are never late for a flood. */
  private static final int TURN = 256;

  /** Packets that wait for a session, taken in one turn. */
  private static final int LOCAL = 32;

  /** Time for strangers in one turn, nanoseconds; the last of them may take longer. */
  private static final long STRANGERS = 1_000_000;

  private final NoticeQueues notices = new NoticeQueues();
  private final Queue<Consumer<ControlPlane>> tasks = new ConcurrentLinkedQueue<>();
  private final Poller poller;
  private final Watched network;
  private volatile boolean stopping;
  private @Nullable ControlPlane plane;

  public ControlLoop(Watched network) throws IOException {
    poller = new Poller(network.descriptor());
    this.network = network;
  }

  /** Before {@link #run}. */
  public void use(ControlPlane controlPlane) {
    plane = controlPlane;
  }

  @Override
  public boolean offer(Notice notice) {
    boolean taken = notices.offer(notice);
    poller.wake();
    return taken;
  }

  /** Runs a task on the control thread. */
  public void submit(Consumer<ControlPlane> task) {
    tasks.add(task);
    poller.wake();
  }

  public void stop() {
    stopping = true;
    poller.wake();
  }

  @Override
  public void run() {
    ControlPlane p = Objects.requireNonNull(plane);
    try (poller) {
      while (!stopping) {
        turn(p);
        long wait = p.nextDeadline() - BootClock.nanos();
        if (notices.isEmpty() && tasks.isEmpty() && wait > 0 && !stopping) {
          poller.await(wait);
          if (poller.ready(0)) {
            network.ready(p);
          }
        }
      }
      turn(p);
    } catch (IOException e) {
      throw new UncheckedIOException("control has failed", e);
    }
  }

  private void turn(ControlPlane p) {
    for (Consumer<ControlPlane> t = tasks.poll(); t != null; t = tasks.poll()) {
      t.accept(p);
    }
    Notice n;
    for (int i = 0; i < TURN && (n = notices.fromSession()) != null; i++) {
      p.handle(BootClock.nanos(), n);
    }
    for (int i = 0; i < LOCAL && (n = notices.local()) != null; i++) {
      p.handle(BootClock.nanos(), n);
    }
    strangers(p);
    long now = BootClock.nanos();
    if (now >= p.nextDeadline()) {
      p.tick(now);
    }
  }

  /** What strangers want, for a while: at least one of them has its turn. */
  private void strangers(ControlPlane p) {
    long begin = BootClock.nanos();
    long now = begin;
    Notice n = notices.fromStranger();
    while (n != null) {
      long operations = p.publicKeyOperations();
      p.handle(now, n);
      long after = BootClock.nanos();
      if (p.publicKeyOperations() != operations) {
        p.worked(after - now);
      }
      now = after;
      n = now - begin < STRANGERS && !notices.sessionWaits() ? notices.fromStranger() : null;
    }
  }
}
