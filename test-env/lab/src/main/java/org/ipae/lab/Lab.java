// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Hosts in network namespaces, joined by cables. Ends everything that it started when it is closed,
 * at the latest when this JVM is told to end. Several labs may be open at the same time.
 */
public final class Lab implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String id = "il" + ProcessHandle.current().pid() + "x" + NUMBER.getAndIncrement();
  private final List<Host> hosts = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final Path directory;
  private final Thread atExit = new Thread(this::end);

  public Lab() {
    try {
      directory = Files.createTempDirectory("ipae-lab");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** A folder that is removed with the lab. */
  public Path directory() {
    return directory;
  }

  /** A further host, without a cable yet. */
  public Host host(String name) {
    Host h = new Host(this, name, id + "-" + name);
    synchronized (this) {
      hosts.add(h);
    }
    return h;
  }

  /** Joins two hosts by a veth pair. */
  public void cable(Host a, String linkA, Host b, String linkB) {
    Command.must(
        "ip",
        "link",
        "add",
        linkA,
        "netns",
        a.namespace(),
        "type",
        "veth",
        "peer",
        "name",
        linkB,
        "netns",
        b.namespace());
    a.must("ip", "link", "set", "dev", linkA, "up");
    b.must("ip", "link", "set", "dev", linkB, "up");
  }

  synchronized void ends(Process p) {
    processes.add(p);
  }

  /**
   * Waits until something is so, looking every 20 ms.
   *
   * @throws LabFailure if it is not so in time
   */
  public static void await(long millis, String what, BooleanSupplier so) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new LabFailure(what + " did not happen within " + millis + " ms");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20); // between two looks at a real process
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LabFailure("interrupted", e);
      }
    }
  }

  @Override
  public void close() {
    try {
      if (!Runtime.getRuntime().removeShutdownHook(atExit)) {
        return;
      }
    } catch (IllegalStateException e) {
      return; // the JVM ends, and the hook does this
    }
    end();
  }

  private synchronized void end() {
    processes.forEach(Process::destroy);
    for (Process p : processes) {
      try {
        if (!p.waitFor(5, TimeUnit.SECONDS)) {
          p.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        p.destroyForcibly();
      }
    }
    for (Host h : hosts) {
      Command.run(List.of("ip", "netns", "del", h.namespace()));
      h.forgetResolver();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
