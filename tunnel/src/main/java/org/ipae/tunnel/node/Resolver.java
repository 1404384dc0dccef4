// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Addresses;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Looks the host names of endpoints up, so that nothing else waits for DNS: each name by itself,
 * when it is new, when a peer stops answering, and again while it does not resolve. The last good
 * answer serves while there is no better one. Any thread.
 */
final class Resolver {
  private static final long FIRST_WAIT = 1_000; // milliseconds, doubled each time
  private static final long LONGEST_WAIT = 60_000;

  /** Answers that come within this time, milliseconds, are one piece of news. */
  private static final long GATHER = 50;

  /** Names asked at one time, if there are ports for them: two each, and as many again. */
  private static final int PARALLEL = 256;

  private static final int PORTS_EACH = 4;

  /** What is known of one name. Under the resolver. */
  private static final class Known {
    List<InetAddress> addresses = List.of();
    String peer = "";
    long wait = FIRST_WAIT;
    long dueAt;
    boolean asked;
    boolean told;
  }

  private final Addresses dns;
  private final Map<String, Known> names = new HashMap<>(); // under this
  private final Semaphore parallel;
  private boolean news; // under this
  private boolean stopping; // under this
  private @Nullable Runnable changed; // under this; null before the start
  private boolean running; // under this

  /**
   * Looks up by {@code dns}.
   *
   * @param ports that its questions leave from
   */
  Resolver(Addresses dns, PortRange ports) {
    this.dns = dns;
    parallel = new Semaphore(Math.clamp(ports.size() / PORTS_EACH, 1, PARALLEL));
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** Where the peers may be, by name, as far as it is known. Names that are new are looked up. */
  synchronized Map<String, List<Endpoint>> endpoints(Config config) {
    Map<String, List<Endpoint>> out = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (Config.Peer p : config.peers()) {
      List<Endpoint> places = new ArrayList<>();
      for (Address a : p.endpoint()) {
        Endpoint written = a.written();
        if (written != null) {
          places.add(written);
        } else {
          used.add(a.host());
          places.addAll(a.at(known(a.host(), p.name()).addresses));
        }
      }
      if (!places.isEmpty()) {
        out.put(p.name(), places.stream().distinct().toList());
      }
    }
    names.keySet().retainAll(used);
    runIfNeeded();
    notifyAll();
    return out;
  }

  private Known known(String host, String peer) {
    Known k = names.computeIfAbsent(host, _ -> new Known());
    k.peer = peer;
    if (k.dueAt == 0) {
      k.dueAt = now();
    }
    return k;
  }

  /** Something does not answer: names are looked up again soon, each at most once in its wait. */
  synchronized void wanted() {
    long now = now();
    for (Known k : names.values()) {
      k.dueAt = Math.min(k.dueAt, now + k.wait);
    }
    notifyAll();
  }

  /**
   * Starts looking up.
   *
   * @param tell called when names have new addresses
   */
  synchronized void start(Runnable tell) {
    changed = tell;
    runIfNeeded();
  }

  /** Without names there is no thread. */
  private void runIfNeeded() {
    Runnable tell = changed;
    if (tell != null && !running && !names.isEmpty()) {
      running = true;
      Thread.ofVirtual().name("ipae-resolver").start(() -> run(tell));
    }
  }

  private void run(Runnable tellNews) {
    try {
      while (true) {
        boolean tell;
        synchronized (this) {
          if (stopping) {
            return;
          }
          if (!news) {
            wait(Math.max(1, askDue() - now()));
          }
          tell = news && !stopping;
        }
        if (tell) {
          Thread.sleep(GATHER); // the answers of many names come together
          synchronized (this) {
            news = false;
          }
          tellNews.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks what is due. Returns when the next name is. */
  private long askDue() {
    long now = now();
    long next = now + LONGEST_WAIT;
    for (Map.Entry<String, Known> e : names.entrySet()) {
      Known k = e.getValue();
      if (!k.asked && now >= k.dueAt) {
        k.asked = true;
        k.dueAt = Long.MAX_VALUE;
        Thread.ofVirtual().name("ipae-lookup").start(() -> lookUp(e.getKey(), k));
      } else if (!k.asked) {
        next = Math.min(next, k.dueAt);
      }
    }
    return next;
  }

  private void lookUp(String host, Known k) {
    List<InetAddress> found = List.of();
    parallel.acquireUninterruptibly();
    try {
      found = Address.lookUp(host, dns);
    } catch (UnknownHostException e) {
      Log.debug("endpoint " + host + ": " + e.getCause());
    } finally {
      parallel.release();
      answered(host, k, found);
    }
  }

  private synchronized void answered(String host, Known k, List<InetAddress> found) {
    k.asked = false;
    if (found.isEmpty()) {
      k.dueAt = now() + k.wait;
      if (!k.told) {
        k.told = true;
        Log.warn(
            "peer "
                + k.peer
                + ": endpoint "
                + host
                + " does not resolve; it is looked up again, after "
                + k.wait / 1_000
                + " s at first and every "
                + LONGEST_WAIT / 1_000
                + " s in the end");
      }
      k.wait = Math.min(2 * k.wait, LONGEST_WAIT);
    } else {
      boolean same = found.equals(k.addresses);
      k.wait = same ? Math.min(2 * k.wait, LONGEST_WAIT) : FIRST_WAIT;
      k.told = false;
      k.addresses = List.copyOf(found);
      news |= !same;
    }
    notifyAll();
  }

  synchronized void stop() {
    stopping = true;
    notifyAll();
  }
}
