// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ipae.tun.OsException;
import org.ipae.tun.UnixDatagrams;
import org.ipae.tunnel.io.Pulse;
import org.ipae.tunnel.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd that the daemon is ready, how it is, and that its loops still turn: sd_notify(3).
 * Without systemd it does nothing. One thread starts and ends it.
 */
final class Supervisor {
  /** Between two looks at loops that were asked to turn, milliseconds. */
  private static final long LOOK = 20;

  /** Between two lines of status without a watchdog, milliseconds. */
  private static final long STATUS = 10_000;

  private final String socket;
  private final long interval;
  private final Map<String, Pulse> pulses = new LinkedHashMap<>();
  private final Supplier<String> status;
  private @Nullable Thread thread;
  private String told = "";
  private boolean failed;

  /**
   * @param environment of the process
   * @param pid of the process
   * @param status one line about the peers
   */
  Supervisor(Map<String, String> environment, long pid, Supplier<String> status) {
    socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    interval = interval(environment, pid);
    this.status = status;
  }

  /** Half of what systemd waits for, milliseconds; 0 if it does not. */
  private static long interval(Map<String, String> environment, long pid) {
    String of = environment.getOrDefault("WATCHDOG_PID", "" + pid);
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return of.equals("" + pid) && micros.matches("[0-9]{1,18}")
        ? TimeUnit.MICROSECONDS.toMillis(Long.parseLong(micros)) / 2
        : 0;
  }

  /** A loop that must turn. */
  void watch(String name, Pulse pulse) {
    pulses.put(name, pulse);
  }

  /** The daemon is ready. */
  void ready() {
    if (socket.isEmpty()) {
      return;
    }
    told = status.get();
    send("READY=1\nSTATUS=" + told);
    thread = Thread.ofPlatform().name("ipae-watchdog").daemon().start(this::run);
  }

  /** The daemon stops. */
  void stop() {
    Thread t = thread;
    if (t != null) {
      t.interrupt();
      send("STOPPING=1\nSTATUS=stopping");
    }
  }

  private void run() {
    try {
      while (true) {
        if (interval > 0 && turned()) {
          send("WATCHDOG=1");
        }
        String now = status.get();
        if (!now.equals(told)) {
          told = now;
          send("STATUS=" + now);
        }
        Thread.sleep(interval > 0 ? interval / 2 : STATUS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether every loop turns within half of the time. */
  private boolean turned() throws InterruptedException {
    pulses.values().forEach(Pulse::ask);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(interval / 2);
    List<String> late = late();
    while (!late.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(Math.min(LOOK, Math.max(1, interval / 8)));
      late = late();
    }
    if (!late.isEmpty()) {
      Log.error("stuck: " + String.join(", ", late) + "; systemd will start ipae again");
    }
    return late.isEmpty();
  }

  private List<String> late() {
    return pulses.entrySet().stream()
        .filter(e -> !e.getValue().answered())
        .map(Map.Entry::getKey)
        .toList();
  }

  private void send(String text) {
    try {
      UnixDatagrams.send(socket, text);
      failed = false;
    } catch (OsException e) {
      if (!failed) {
        Log.warn("systemd is not told: " + e.getMessage());
      }
      failed = true;
    }
  }
}
