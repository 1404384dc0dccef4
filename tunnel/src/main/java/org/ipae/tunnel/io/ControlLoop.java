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

  /** In a flood strangers have one turn in this time, nanoseconds: each wake-up costs more. */
  private static final long PAUSE = 1_000_000;

  /** So many of their turns, each within {@link #PAUSE} of the one before, are a flood. */
  private static final int FLOOD = 16;

  private final NoticeQueues notices = new NoticeQueues();
  private final Queue<Consumer<ControlPlane>> tasks = new ConcurrentLinkedQueue<>();
  private final Poller poller;
  private final Watched network;
  private volatile boolean stopping;
  private final Pulse pulse;

  /** Strangers do not wake control: it comes to them by itself. */
  private volatile boolean pausing;

  private long strangersAt;
  private int turnsOfStrangers;
  private @Nullable ControlPlane plane;

  public ControlLoop(Watched network) throws IOException {
    poller = new Poller(network.descriptor());
    this.network = network;
    pulse = new Pulse(poller::wake);
  }

  public Pulse pulse() {
    return pulse;
  }

  /** Before {@link #run}. */
  public void use(ControlPlane controlPlane) {
    plane = controlPlane;
  }

  @Override
  public boolean offer(Notice notice) {
    boolean taken = notices.offer(notice);
    if (!pausing || !NoticeQueues.ofStranger(notice)) {
      poller.wake();
    }
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
        pulse.beat();
        turn(p);
        long due = Math.min(p.nextDeadline(), network.deadline());
        due = pausing ? Math.min(strangersAt, due) : due;
        long wait = due - BootClock.nanos();
        boolean nothing = pausing ? !notices.hostWaits() : notices.isEmpty();
        if (nothing && tasks.isEmpty() && wait > 0 && !stopping) {
          poller.await(wait);
          if (poller.ready(0)) {
            network.ready(p);
          }
        }
        if (BootClock.nanos() >= network.deadline()) {
          network.turn();
        }
      }
      turn(p);
    } catch (IOException e) {
      throw new UncheckedIOException("control cannot go on", e);
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
    long now = BootClock.nanos();
    if (now >= strangersAt || !pausing) {
      pausing = false; // before the look at what they want: whatever comes later wakes control
      now = strangers(p, now);
    }
    if (now >= p.nextDeadline()) {
      p.tick(now);
    }
  }

  /**
   * What strangers want, for a while: at least one of them has its turn.
   *
   * @return the time afterwards
   */
  private long strangers(ControlPlane p, long begin) {
    long now = begin;
    Notice n = notices.fromStranger();
    if (n == null) {
      return now;
    }
    turnsOfStrangers = begin - strangersAt < PAUSE ? turnsOfStrangers + 1 : 0;
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
    pausing = turnsOfStrangers >= FLOOD;
    strangersAt = pausing ? now + PAUSE : now;
    return now;
  }
}
