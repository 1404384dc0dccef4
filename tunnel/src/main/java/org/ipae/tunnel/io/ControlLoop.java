// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
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
  private static final int NOTICES = 1_024;

  /** Notices taken in one turn, so that timers are never late for a flood. */
  private static final int TURN = 256;

  private final Queue<Notice> notices = new ArrayBlockingQueue<>(NOTICES);
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
    for (int i = 0; i < TURN; i++) {
      Notice n = notices.poll();
      if (n == null) {
        break;
      }
      p.handle(BootClock.nanos(), n);
    }
    long now = BootClock.nanos();
    if (now >= p.nextDeadline()) {
      p.tick(now);
    }
  }
}
