// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipae.tunnel.association.PeerStatus;

/**
 * Two gateways and many peers of both. One packet each way between each peer and each gateway every
 * ten seconds; a peer after the other is killed and starts again.
 */
final class Site {
  private static final long LOOK = 100 * MS;

  final Simulation sim;
  final SimHost[] gateways = new SimHost[2];
  final List<SimHost> peers = new ArrayList<>();

  /** Since when a peer and a gateway have no session. */
  private final Map<String, Long> downSince = new HashMap<>();

  private int next;
  private int restarts;
  private boolean calm;
  private long serial = 1;
  private long slowest;
  private String slowestPair = "";

  Site(long seed, int number) {
    sim = new Simulation(seed);
    for (int i = 0; i < gateways.length; i++) {
      gateways[i] = new SimHost(sim, "g" + i, Lab.endpoint(1 + i, false), Lab.lan(1 + i));
    }
    gateways[0].peer(gateways[1]);
    gateways[1].peer(gateways[0]);
    for (int n = 3; n < 3 + number; n++) {
      SimHost p = new SimHost(sim, "p" + n, Lab.endpoint(n, false), Lab.lan(n));
      for (SimHost g : gateways) {
        p.peer(g);
        g.peer(p);
        g.peers.set(g.peers.size() - 1, g.peers.getLast().withoutEndpoint());
      }
      peers.add(p);
    }
  }

  /** Starts all, and waits until every peer has a session with both. */
  void up() {
    for (SimHost g : gateways) {
      g.start();
    }
    for (SimHost p : peers) {
      p.start();
    }
    sim.await(20_000 * MS, "all up", this::allUp);
    sim.after(0, this::packets);
    sim.after(0, this::look);
  }

  private boolean allUp() {
    List<Set<String>> up = upAtGateways();
    return peers.stream()
        .allMatch(p ->
            up.stream().allMatch(names -> names.contains(p.name))
                && upNames(p).size() == gateways.length);
  }

  private List<Set<String>> upAtGateways() {
    return Stream.of(gateways).map(Site::upNames).toList();
  }

  private static Set<String> upNames(SimHost h) {
    return h.control.status(h.clock(), 0, Integer.MAX_VALUE).stream()
        .filter(PeerStatus::up)
        .map(PeerStatus::name)
        .collect(Collectors.toSet());
  }

  private void packets() {
    SimHost p = peers.get(next++ % peers.size());
    exchange(p, serial++);
    sim.after(10_000 * MS / peers.size(), this::packets);
  }

  private void exchange(SimHost p, long n) {
    int lan = 3 + peers.indexOf(p);
    for (int g = 0; g < gateways.length; g++) {
      p.lanPacket(Lab.packet(lan, 1 + g, n, 200));
      gateways[g].lanPacket(Lab.packet(1 + g, lan, n, 200));
    }
  }

  /** Kills a peer and starts it again every so many nanoseconds, until told not to. */
  void restartEvery(long period) {
    sim.after(
        period,
        () -> {
          if (calm) {
            return;
          }
          SimHost p = peers.get(restarts++ % peers.size());
          p.kill();
          p.start();
          restartEvery(period);
        });
  }

  private void look() {
    List<Set<String>> up = upAtGateways();
    for (SimHost p : peers) {
      Set<String> names = upNames(p);
      for (int g = 0; g < gateways.length; g++) {
        String pair = p.name + " " + gateways[g].name;
        if (names.contains(gateways[g].name) && up.get(g).contains(p.name)) {
          downSince.remove(pair);
        } else {
          long down = sim.now() - downSince.computeIfAbsent(pair, _ -> sim.now());
          if (down > slowest) {
            slowest = down;
            slowestPair = pair;
          }
        }
      }
    }
    for (SimHost g : gateways) {
      g.delivered.clear();
      g.deliveredAt.clear();
      g.events.clear();
    }
    sim.after(LOOK, this::look);
  }

  /** No peer starts again from now on. */
  void calm() {
    calm = true;
  }

  int restarts() {
    return restarts;
  }

  /** The longest time for which a peer had no session with a gateway, milliseconds. */
  long longestDownMillis() {
    return slowest / MS;
  }

  String longestDown() {
    return slowestPair;
  }

  /** Peers of which a packet does not come through to one of the gateways, or not from there. */
  List<String> lost() {
    long n = 1L << 40;
    List<SimHost> all = new ArrayList<>(peers);
    all.addAll(List.of(gateways));
    all.forEach(h -> h.delivered.clear());
    peers.forEach(p -> exchange(p, n + peers.indexOf(p)));
    Map<Long, Integer> arrived = new HashMap<>();
    // Before the next look at what the gateways have received, which forgets it.
    sim.run(LOOK - MS);
    all.forEach(h -> h.delivered.forEach(b -> arrived.merge(Lab.serial(b), 1, Integer::sum)));
    return peers.stream()
        .filter(p -> arrived.getOrDefault(n + peers.indexOf(p), 0) < 2 * gateways.length)
        .map(p -> p.name)
        .toList();
  }
}
