// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Hosts on a network with virtual time. Everything is decided by the seed; {@link #diagram} shows
 * what happened.
 */
public final class Simulation {
  public static final long MS = 1_000_000;
  private static final int TRACE = 400;

  private record Event(long at, long order, Runnable run) {}

  /** A look at, or a change of, every datagram that is sent. */
  public interface Tap {
    /** The datagram to send instead, or null to lose it. */
    byte[] datagram(Endpoint from, Endpoint to, byte[] bytes);
  }

  /** How the network treats datagrams. */
  public static final class Weather {
    public long delay = 50 * MS;
    public long jitter;
    public double loss;
    public double duplicate;
    public double corrupt;
    public int mtu = 1500;
  }

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private final Map<Endpoint, SimHost> hosts = new HashMap<>();
  private final Map<Endpoint, Endpoint> insides = new HashMap<>();
  private final Map<Endpoint, Endpoint> outsides = new HashMap<>();
  private final Deque<Sent> trace = new ArrayDeque<>();
  public final Random random;
  public final long seed;
  public final Weather weather = new Weather();
  private final List<Tap> taps = new ArrayList<>();
  private long now = 1_000_000 * MS;
  private long order;

  public Simulation(long seed) {
    this.seed = seed;
    random = new Random(seed);
  }

  public long now() {
    return now;
  }

  public void tap(Tap tap) {
    taps.add(tap);
  }

  public void at(long when, Runnable run) {
    queue.add(new Event(Math.max(now, when), order++, run));
  }

  public void after(long delay, Runnable run) {
    at(now + delay, run);
  }

  void attach(Endpoint address, SimHost host) {
    hosts.put(address, host);
  }

  void detach(Endpoint address) {
    hosts.remove(address);
  }

  /** What a NAT maps an address to from now on; mappings of before still lead inside. */
  public void translate(Endpoint inside, Endpoint outside) {
    outsides.put(inside, outside);
    insides.put(outside, inside);
  }

  /** A NAT forgets a mapping: nothing comes in by it any more. */
  public void forget(Endpoint outside) {
    insides.remove(outside);
  }

  /** Sends a datagram through the weather. */
  public void send(Endpoint source, Endpoint to, byte[] bytes) {
    Endpoint from = outsides.getOrDefault(source, source);
    byte[] b = bytes;
    for (Tap t : taps) {
      b = b == null ? null : t.datagram(from, to, b);
    }
    boolean tooBig = b != null && b.length > to.payload(weather.mtu);
    boolean lost = b == null || tooBig || random.nextDouble() < weather.loss;
    note(from, to, bytes, lost ? tooBig ? " TOO BIG" : " LOST" : "");
    if (lost) {
      return;
    }
    int copies = random.nextDouble() < weather.duplicate ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      byte[] copy = b.clone();
      if (random.nextDouble() < weather.corrupt) {
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
      }
      deliver(from, to, copy);
    }
  }

  /** Delivers a datagram after the usual delay, whatever the weather. */
  public void deliver(Endpoint from, Endpoint to, byte[] bytes) {
    long extra = weather.jitter == 0 ? 0 : (long) (random.nextDouble() * weather.jitter);
    deliver(weather.delay + extra, from, to, bytes);
  }

  /** Delivers a datagram after a delay of its own. */
  public void deliver(long delay, Endpoint from, Endpoint to, byte[] bytes) {
    after(
        delay,
        () -> {
          Endpoint inside = insides.getOrDefault(to, to);
          SimHost host = hosts.get(inside);
          if (host != null) {
            host.receive(from, inside, bytes);
          }
        });
  }

  /** A datagram of the diagram. */
  private record Sent(long at, Endpoint from, Endpoint to, byte first, int length, String fate) {
    private static final List<String> NAMES =
        List.of(
            "?", "COOKIE_REQUEST", "COOKIE_RESPONSE", "INIT", "RESP", "INIT_PART", "UNKNOWN_ID");

    @Override
    public String toString() {
      String what = first < 0 ? "DATA" : first < NAMES.size() ? NAMES.get(first) : "junk";
      return String.format(
          "%12.3f ms  %s -> %s  %s (%d)%s",
          (at - 1_000_000 * MS) / 1e6, from, to, what, length, fate);
    }
  }

  private void note(Endpoint from, Endpoint to, byte[] b, String fate) {
    if (trace.size() >= TRACE) {
      trace.removeFirst();
    }
    trace.addLast(new Sent(now, from, to, b[0], b.length, fate));
  }

  /** Runs for a time. */
  public void run(long duration) {
    runUntil(now + duration, () -> false);
  }

  /** Runs until something is so; fails with the diagram if it is not so in time. */
  public void await(long atMost, String what, BooleanSupplier so) {
    if (!runUntil(now + atMost, so)) {
      throw new AssertionError(what + " did not happen in time\n" + diagram());
    }
  }

  private boolean runUntil(long end, BooleanSupplier so) {
    while (!so.getAsBoolean()) {
      Event e = queue.peek();
      if (e == null || e.at > end) {
        now = end;
        return so.getAsBoolean();
      }
      queue.remove();
      now = e.at;
      e.run.run();
    }
    return true;
  }

  /** The last datagrams, and the seed. */
  public String diagram() {
    return "seed "
        + seed
        + "\n"
        + trace.stream().map(Sent::toString).collect(Collectors.joining("\n"));
  }
}
