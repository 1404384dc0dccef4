// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.rotation.Actions;
import org.ipae.tunnel.rotation.Rotation;
import org.ipae.tunnel.rotation.Rotator;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A hub that changes its key every hour, and peers that know it by what DNS says: two servers of
 * the zone, of which one lags, three resolvers that hold answers, and a network that loses
 * datagrams. [DN-8] [DN-10]
 */
class RotationDaysTest {
  private static final long SECOND = 1_000 * MS;
  private static final long HOUR = 3_600 * SECOND;
  private static final long TTL = 600 * SECOND;
  private static final long LAG = 45 * SECOND;

  /** What a peer keeps beyond the end, as PROTOCOL.md [DN-4] says. */
  private static final long KEPT = 10 * SECOND;

  private final Simulation sim = new Simulation(2_026);
  private final Random random = new Random(31);
  private final SimHost hub = new SimHost(sim, "hub", Lab.endpoint(1, false), Lab.lan(250));
  private final List<SimHost> peers = new ArrayList<>();
  private final Map<PublicKey, X25519KeyPair> pairs = new HashMap<>();
  private final List<Resolver> resolvers = List.of(new Resolver(), new Resolver(), new Resolver());
  private Set<PublicKey> primary = new LinkedHashSet<>();
  private Set<PublicKey> secondary = new LinkedHashSet<>();
  private PublicKey calling = hub.publicKey();
  private int changes;
  private int lookups;

  /** It asks one server or the other, and holds what that says. */
  private final class Resolver {
    Set<PublicKey> held = Set.of();
    long until;

    Set<PublicKey> ask() {
      if (sim.now() >= until) {
        held = Set.copyOf(random.nextBoolean() ? primary : secondary);
        until = sim.now() + TTL;
      }
      return held;
    }
  }

  private final class Changes implements Actions {
    @Override
    public String save(@Nullable Rotation rotation) {
      return "";
    }

    @Override
    public String saveDone() {
      return "";
    }

    @Override
    public String answer(Rotation r) {
      boolean swapped = r.step().swapped();
      calling = swapped ? r.to() : r.from();
      X25519KeyPair other = pair(swapped ? r.from() : r.to());
      List<X25519KeyPair> others = List.of(other);
      become(
          new HostKeys.Wanted(
              pair(calling), swapped ? others : List.of(), swapped ? List.of() : others));
      return "";
    }

    @Override
    public long held() {
      return TTL / MS;
    }

    @Override
    public String trouble() {
      return "";
    }

    @Override
    public String publish(List<PublicKey> keys, List<PublicKey> gone) {
      Set<PublicKey> next = new LinkedHashSet<>(primary);
      next.addAll(keys);
      gone.forEach(next::remove);
      if (!next.equals(primary)) {
        primary = next;
        sim.after(LAG, () -> secondary = next);
      }
      return "";
    }

    @Override
    public String seen(List<PublicKey> keys, List<PublicKey> gone) {
      Set<PublicKey> wanted = new HashSet<>(keys);
      return wanted.equals(primary) && wanted.equals(secondary) ? "" : "a server lags";
    }

    @Override
    public String erase(Rotation r) {
      become(HostKeys.Wanted.only(pair(calling)));
      return "";
    }

    @Override
    public void tell(String line) {}
  }

  private X25519KeyPair pair(PublicKey key) {
    return Objects.requireNonNull(pairs.get(key));
  }

  private void become(HostKeys.Wanted wanted) {
    hub.control.hostKeys(hub.clock(), wanted);
    hub.drain();
  }

  private final Rotator rotator = new Rotator(new Changes(), () -> TTL / MS, null);

  private void turn() {
    try {
      long wait = rotator.turn(sim.now() / MS);
      if (wait != Rotator.NEVER) {
        sim.after(wait * MS, this::turn);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void begin() {
    assertEquals(null, rotator.rotation(), "an hour is enough");
    X25519KeyPair next = X25519KeyPair.generate(new SimEntropy(sim.random.nextLong()));
    PublicKey to = PublicKey.of(next.publicKey());
    pairs.put(to, next);
    changes++;
    assertEquals("", rotator.begin(sim.now() / MS, calling, to, false, true));
    turn();
    sim.after(HOUR, this::begin);
  }

  /**
   * A peer asks for the hub's name, and again when three quarters of the answer's time are over.
   */
  private void lookUp(int n) {
    Resolver by = resolvers.get(n % resolvers.size());
    Set<PublicKey> said = by.ask();
    long left = by.until - sim.now();
    lookups++;
    SimHost p = peers.get(n);
    long until = (p.clock() + left + KEPT) / MS;
    PeerKey[] keys =
        said.stream().map(k -> PeerKey.published(k, until, 0, 0)).toArray(PeerKey[]::new);
    SimPeer now = p.peers.getFirst().keys(keys);
    p.peers.set(0, now);
    p.control.renew(p.clock(), now.config(), List.of(hub.address));
    p.drain();
    sim.after(Math.max(SECOND, left * 3 / 4), () -> lookUp(n));
  }

  /** Something to say, from one LAN to the other, until it is heard. */
  private final class Talk {
    private static final int TRIES = 6;

    final SimHost from;
    final SimHost to;
    final long id;
    final int fromLan;
    final int toLan;
    final int heardBefore;

    Talk(int n, long id) {
      boolean out = random.nextBoolean();
      from = out ? hub : peers.get(n);
      to = out ? peers.get(n) : hub;
      fromLan = out ? 250 : n + 1;
      toLan = out ? n + 1 : 250;
      this.id = id;
      heardBefore = to.delivered.size();
      say(0);
    }

    private void say(int tries) {
      boolean heard =
          to.delivered.stream().skip(heardBefore).anyMatch(p -> Lab.serial(p) / 8 == id);
      if (heard) {
        return;
      }
      assertTrue(tries < TRIES + 4, () -> from.name + " to " + to.name + "\n" + sim.diagram());
      if (tries < TRIES) {
        from.lanPacket(Lab.packet(fromLan, toLan, id * 8 + tries, 100));
      }
      sim.after(SECOND, () -> say(tries + 1));
    }
  }

  private long talks;
  private int talking;

  /** A quiet peer, or one of the few that talk all the time. */
  private void live(int n) {
    new Talk(n, ++talks);
    long mean = n < talking ? 20 * SECOND : 2 * HOUR;
    sim.after((long) (mean * (0.2 + 1.6 * random.nextDouble())), () -> live(n));
  }

  @Test
  void nobodyIsRefusedHoweverOftenTheKeyChanges() {
    run(200, 3, Integer.getInteger("ipae.rotation.hours", 12)); // two days in soak
  }

  @Test
  void nobodyIsRefusedInTheLongRun() {
    run(20, 0, Integer.getInteger("ipae.rotation.long.hours", 24)); // a month in soak
  }

  /**
   * The whole of it.
   *
   * @param talkers peers that talk all the time
   */
  private void run(int count, int talkers, int hours) {
    talking = talkers;
    long look = (talkers > 0 ? 10 : 30) * SECOND;
    hub.lookEvery = look;
    pairs.put(hub.publicKey(), hub.key);
    primary.add(hub.publicKey());
    secondary.add(hub.publicKey());
    sim.weather.loss = 0.02;
    sim.weather.jitter = 20 * MS;
    for (int i = 0; i < count; i++) {
      Endpoint at = Endpoint.of(new byte[] {(byte) 198, 18, 0, (byte) (i + 1)}, 1138);
      SimHost p = new SimHost(sim, "peer " + i, at, Lab.lan(i + 1));
      p.lookEvery = look;
      hub.peer(p);
      p.peer(hub);
      peers.add(p);
    }
    hub.start();
    for (int i = 0; i < count; i++) {
      int n = i;
      peers.get(n).start();
      sim.after(random.nextLong(TTL), () -> lookUp(n));
      sim.after(random.nextLong(2 * HOUR), () -> live(n));
    }
    sim.after(HOUR / 2, this::begin);
    long since = System.nanoTime();
    sim.run(hours * HOUR);
    long refused = drops(hub, DropReason.POLICY);
    for (SimHost p : peers) {
      refused += drops(p, DropReason.POLICY);
    }
    System.out.printf(
        "%d changes of keys in %d h, %d peers: %d conversations, %d look-ups, %d refusals, %d s%n",
        changes,
        hours,
        count,
        talks,
        lookups,
        refused,
        (System.nanoTime() - since) / 1_000_000_000);
    assertEquals(0, refused);
    assertTrue(talks > count * hours / 4L, "conversations: " + talks);
  }

  private static long drops(SimHost host, DropReason reason) {
    return host.shared.counters().drops(reason);
  }
}
