// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The keys and places of peers that have only a name: they follow DNS. A key belongs to one peer,
 * the one that had it first. Any thread.
 */
public final class PeerNames {
  /** UDP ports that the questions for one name may take at one time. */
  private static final int PORTS_EACH = 16;

  /** A name is asked for again this soon at the earliest, milliseconds, if its peer is silent. */
  private static final long SOONEST = 10_000;

  /** Between two look-ups because of unknown keys, milliseconds. */
  private static final long UNKNOWN_KEYS = 1_000;

  /**
   * From the end of an answer to the next question, milliseconds at most, and as a part of its
   * time: before the end a resolver would only repeat it. PROTOCOL.md decision 58.
   */
  private static final long LONGEST_JITTER = 4_000;

  private static final int JITTER_PART = 5;

  /** Keys and addresses, which were asked for one after the other, have all ended by then. */
  private static final long SETTLED = 250;

  /**
   * What a peer has of its name.
   *
   * @param keys each with its end
   * @param places where DNS says that it is, the preferred one first
   */
  public record Named(List<PeerKey> keys, List<Endpoint> places) {
    public Named {
      keys = List.copyOf(keys);
      places = List.copyOf(places);
    }
  }

  /** Who knows what DNS says. Blocks. */
  public interface Dns {
    Published of(String name) throws InterruptedException;
  }

  /** How to ask DNS with some settings. */
  public interface Client {
    /**
     * Who is asked from now on.
     *
     * @throws IOException with one line: what is wrong with the settings
     */
    Dns with(org.ipae.tunnel.config.Dns settings) throws IOException;
  }

  /** From one writing of the file to the next while nothing happens, milliseconds. */
  private static final long SAVE = 60_000;

  /** Changes of keys within this time, milliseconds, are written together. */
  private static final long GATHER = 1_000;

  /** Over this time after a start, milliseconds, names are asked for whose keys are good. */
  private static final long SPREAD = 10_000;

  /** How long an answer waits for the peer that it was asked for, milliseconds. */
  private static final long AHEAD = 60_000;

  /** Answers that wait at one time. */
  private static final int MOST_AHEAD = 16;

  /** An answer from before the peer was there. */
  private record Ahead(Published said, long at) {}

  private final Client client;
  private volatile Dns dns = _ -> Published.nothing(Verdict.UNREACHABLE, "not looked up yet");
  private org.ipae.tunnel.config.@Nullable Dns settings; // under this
  private final NamesFile file;
  private final Semaphore changes = new Semaphore(0); // of keys, not of their ends
  private final AtomicReference<@Nullable Thread> saving = new AtomicReference<>();
  private final LongSupplier clock;
  private final RandomGenerator random;
  private final Lookups<Standing> names;
  private final Map<String, Ahead> ahead = new ConcurrentHashMap<>();
  private final Semaphore aheadLeft = new Semaphore(MOST_AHEAD);
  private final Map<String, Named> named = new HashMap<>(); // under this
  private final Map<PublicKey, String> pinned = new HashMap<>(); // by the configuration, under this
  private final Map<PublicKey, String> holders = new HashMap<>(); // under this
  private final Map<String, String> conflicts = new HashMap<>(); // under this
  private final Map<String, Long> unknownAt = new HashMap<>(); // under this
  private long anyUnknownAt = Long.MIN_VALUE / 2; // under this
  private volatile boolean prefer;
  private String own = ""; // name of this host, under this

  /**
   * @param file what is known from before, and is kept
   * @param ports that questions leave from
   * @param clock milliseconds of the boot clock
   */
  public PeerNames(
      Client client, NamesFile file, PortRange ports, LongSupplier clock, RandomGenerator random) {
    this.client = client;
    this.file = file;
    Map<String, Standing> kept = file.load();
    this.clock = clock;
    this.random = random;
    names =
        new Lookups<>(
            "ipae-names",
            name -> first(name, kept.getOrDefault(name, Standing.UNKNOWN)),
            Resolver.parallel(ports, PORTS_EACH),
            SOONEST,
            this::lookUp);
  }

  /** What is known from before need not be asked for at once: a start is no burst. */
  private Lookups.First<Standing> first(String name, Standing s) {
    Ahead a = ahead.remove(name);
    long passed = a == null ? AHEAD : clock.getAsLong() - a.at;
    if (a != null && passed < AHEAD && a.said.usable(prefer)) {
      changes.release();
      return new Lookups.First<>(
          s.next(a.said, a.at, prefer), Math.max(0, a.said.freshMillis() + SETTLED - passed));
    }
    boolean good = !s.good(clock.getAsLong()).isEmpty();
    return new Lookups.First<>(s, good ? random.nextLong(SPREAD) : 0);
  }

  /**
   * A peer of this name is about to be added: it is looked up at once, beside whoever adds it, and
   * the answer waits for it.
   */
  public void expect(String name) {
    if (!aheadLeft.tryAcquire()) {
      return; // it will be looked up when it is there
    }
    Thread.ofVirtual()
        .name("ipae-names-ahead")
        .start(() -> {
          try {
            ahead.put(name, new Ahead(dns.of(name), clock.getAsLong()));
            Thread.sleep(AHEAD);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            ahead.remove(name);
            aheadLeft.release();
          }
        });
  }

  /** What the peers without keys of their own have, by name. New ones are looked up. */
  public synchronized Map<String, Named> of(Config config) {
    pinned.clear();
    own = config.name();
    become(config.dns());
    Set<String> all = new LinkedHashSet<>();
    for (Config.Peer p : config.peers()) {
      p.settings().keys().forEach(k -> pinned.put(k.key(), p.name()));
      if (p.byName()) {
        all.add(p.name());
      }
    }
    pinned.put(config.key(), "this host");
    named.keySet().retainAll(all);
    unknownAt.keySet().retainAll(named.keySet());
    conflicts.keySet().retainAll(named.keySet());
    holders.values().retainAll(named.keySet());
    holders.keySet().removeAll(pinned.keySet());
    all.forEach(this::renew);
    names.keep(all);
    return Map.copyOf(named);
  }

  /** Other settings count at once; those that cannot be used change nothing. */
  private void become(org.ipae.tunnel.config.Dns next) {
    prefer = next.prefer();
    if (next.equals(settings)) {
      return;
    }
    try {
      dns = client.with(next);
      if (settings != null) {
        names.wanted();
      }
      settings = next;
    } catch (IOException e) {
      Log.error("[dns]: those who were asked before are asked on: " + Reason.of(e));
    }
  }

  /**
   * What has become of some of them.
   *
   * @param moved whether one is elsewhere now
   */
  public record Renewal(Map<String, Named> named, boolean moved) {
    public Renewal {
      named = Map.copyOf(named);
    }
  }

  /** The same for some of them, and for those that wait for a key of theirs. */
  public synchronized Renewal renew(Set<String> changed) {
    Map<String, Named> out = new HashMap<>();
    boolean moved = false;
    Set<String> all = new LinkedHashSet<>(changed);
    all.addAll(conflicts.keySet()); // a key may be free now
    for (String name : all) {
      Named before = named.get(name);
      if (before != null) {
        Named now = renew(name);
        moved |= !now.places.equals(before.places);
        out.put(name, now);
      }
    }
    return new Renewal(out, moved);
  }

  private Named renew(String name) {
    Standing s = names.of(name);
    List<Published.Gateway> gateways =
        s.usable(prefer) ? Weighted.order(s.good(clock.getAsLong()), own) : List.of();
    Named before = named.get(name);
    if (before != null) {
      before.keys.stream()
          .filter(k -> gateways.stream().noneMatch(g -> g.key().equals(k.key())))
          .forEach(k -> holders.remove(k.key(), name));
    }
    conflicts.remove(name);
    Named now = named(name, gateways, s.until());
    named.put(name, now);
    return now;
  }

  private Named named(String name, List<Published.Gateway> gateways, long until) {
    List<PeerKey> keys = new ArrayList<>();
    Map<Endpoint, Integer> places = new LinkedHashMap<>(); // and the host that is there
    for (Published.Gateway g : gateways) {
      String other = pinned.get(g.key());
      String holder = other != null ? other : holders.computeIfAbsent(g.key(), _ -> name);
      if (!holder.equals(name)) {
        conflicts.put(name, "key " + g.key() + " is that of " + holder);
        continue;
      }
      List<Endpoint> own =
          g.addresses().stream().map(a -> Endpoint.of(a.getAddress(), g.port())).toList();
      int host =
          own.stream().map(places::get).filter(Objects::nonNull).findFirst().orElse(keys.size());
      own.forEach(p -> places.putIfAbsent(p, host));
      if (keys.stream().noneMatch(k -> k.key().equals(g.key()))) {
        keys.add(PeerKey.published(g.key(), until, host, g.priority()));
      }
    }
    return new Named(keys, List.copyOf(places.keySet()));
  }

  /** How it stands with the name of a peer; null if its keys are not in DNS. */
  public synchronized PeerStatus.@Nullable Dns status(String name) {
    if (!named.containsKey(name)) {
      return null;
    }
    Standing s = names.of(name);
    Verdict v = s.verdict();
    String conflict = conflicts.get(name);
    String reason = s.reason();
    if (conflict != null) {
      reason += (reason.isEmpty() ? "" : "; ") + conflict;
    }
    return new PeerStatus.Dns(
        v == null ? "unknown" : v.text(),
        reason,
        Math.max(0, s.until() - clock.getAsLong()),
        names.due(name));
  }

  /**
   * Starts looking up.
   *
   * @param tell called with the names of peers of which DNS says something new
   */
  public void start(Consumer<Set<String>> tell) {
    names.start(tell);
    saving.set(Thread.ofVirtual().name("ipae-names-file").start(this::keepSaving));
  }

  /** Ends go on to count while the file lies there, so after a boot it must not be old. */
  private void keepSaving() {
    try {
      while (true) {
        if (changes.tryAcquire(SAVE, TimeUnit.MILLISECONDS)) {
          Thread.sleep(GATHER);
          changes.drainPermits();
        }
        save();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void save() {
    Map<String, Standing> all = names.all();
    synchronized (file) {
      if (!all.isEmpty()) {
        file.save(all);
      }
    }
  }

  /**
   * The next key of a peer in a zone that is not signed is believed, whatever it is.
   *
   * @return whether one was pinned
   */
  public boolean clearPins(String name) {
    boolean any = names.change(name, s -> !s.pins().isEmpty(), Standing::withoutPins);
    if (any) {
      changes.release();
    }
    return any;
  }

  /** A peer does not answer: its name is looked up again soon. */
  public void wanted(String name) {
    names.wanted(name);
  }

  /**
   * Somebody has called from here under a key that no peer has: it may be a new key of one of them.
   * At most one look-up a second comes of it, and one in ten seconds for a name.
   */
  public synchronized void unknownKey(Endpoint source) {
    long now = clock.getAsLong();
    if (now - anyUnknownAt < UNKNOWN_KEYS) {
      return;
    }
    anyUnknownAt = now;
    Endpoint from = source.withoutPort();
    String best = null;
    boolean bestThere = false;
    long bestAt = Long.MAX_VALUE;
    for (Map.Entry<String, Named> e : named.entrySet()) {
      long at = unknownAt.getOrDefault(e.getKey(), Long.MIN_VALUE / 2);
      if (now - at < SOONEST) {
        continue;
      }
      boolean there = e.getValue().places.stream().anyMatch(p -> p.withoutPort().equals(from));
      if (best == null || (there && !bestThere) || (there == bestThere && at < bestAt)) {
        best = e.getKey();
        bestThere = there;
        bestAt = at;
      }
    }
    if (best != null) {
      unknownAt.put(best, now);
      names.now(best);
    }
  }

  private Lookups.Outcome<Standing> lookUp(String name, Standing before) {
    Published p;
    try {
      p = dns.of(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Lookups.Outcome<>(before, false, true, 0);
    }
    Standing after = before.next(p, clock.getAsLong(), prefer);
    if (after.verdict() != before.verdict() || !after.reason().equals(before.reason())) {
      tell(name, after);
    }
    if (!after.gateways().equals(before.gateways())
        || !after.withdrawn().equals(before.withdrawn())
        || !after.pins().equals(before.pins())) {
      changes.release();
    }
    boolean failed = p.verdict() == Verdict.UNREACHABLE || p.verdict() == Verdict.BOGUS;
    long most = Math.min(LONGEST_JITTER, p.freshMillis() / JITTER_PART);
    long millis =
        Math.max(Lookups.FIRST_WAIT, p.freshMillis() + SETTLED + random.nextLong(most + 1));
    return new Lookups.Outcome<>(after, !after.equals(before), failed, millis);
  }

  private static void tell(String name, Standing s) {
    Verdict v = s.verdict();
    String text =
        "peer "
            + name
            + ": DNS: "
            + (v == null ? "" : v.text())
            + (s.reason().isEmpty() ? "" : ", " + Redacted.text(s.reason()));
    if (v == Verdict.SECURE && !s.gateways().isEmpty()) {
      Log.info(text);
    } else {
      Log.warn(text);
    }
  }

  /** Ends looking up, and keeps what is known. */
  public void stop() {
    names.stop();
    Thread each = saving.getAndSet(null);
    if (each != null) {
      each.interrupt();
      save();
    }
  }
}
