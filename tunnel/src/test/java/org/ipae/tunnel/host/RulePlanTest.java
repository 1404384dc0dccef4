// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.netlink.RuleSpec;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules, walked as a kernel does, over random routes. */
class RulePlanTest {
  private static final PortRange PORTS = new PortRange(28_018, 29_041);
  private static final Policy POLICY =
      new Policy(1138, 138, 0, 0, 11_380, PORTS, Endpoint.anyV4(1138), Endpoint.anyV6(1139));

  /** Where a packet goes: "main", "tunnel", "held", or nowhere. */
  private static String way(
      List<RuleSpec> rules, Map<Integer, Set<Prefix>> tables, Prefix host, int port) {
    List<RuleSpec> sorted = new ArrayList<>(rules);
    sorted.sort(Comparator.comparingInt(RuleSpec::priority));
    int from = 0;
    for (RuleSpec r : sorted) {
      if (r.ipv4() != host.isIpv4() || r.priority() < from) {
        continue;
      }
      switch (r.action()) {
        case RuleSpec.PortsSkipTo s ->
            from = port >= s.first() && port <= s.last() ? s.target() : from;
        case RuleSpec.Lookup l -> {
          Prefix best = longest(tables.getOrDefault(l.table(), Set.of()), host);
          if (best != null && best.length() > l.suppress()) {
            return l.table() == RouteSpec.MAIN_TABLE
                ? "main"
                : l.table() == 1138 ? "tunnel" : "held";
          }
          // A route that ends the search does so whatever its length.
          assertTrue(best == null || l.table() <= 1138, "held routes of one length a table");
        }
        case RuleSpec.Target _ -> {}
      }
    }
    return longest(tables.getOrDefault(RouteSpec.MAIN_TABLE, Set.of()), host) == null
        ? "nowhere"
        : "main";
  }

  private static @Nullable Prefix longest(Set<Prefix> routes, Prefix host) {
    return routes.stream()
        .filter(p -> p.isIpv4() == host.isIpv4() && p.contains(host.hi(), host.lo()))
        .max(Comparator.comparingInt(Prefix::length))
        .orElse(null);
  }

  private static Prefix random(Random random, int length) {
    byte[] address = new byte[random.nextBoolean() ? 4 : 16];
    random.nextBytes(address);
    for (int i = 0; i < address.length - 1; i++) {
      address[i] &= 1; // so that prefixes lie in each other
    }
    address[0] = 10;
    return Prefix.of(address, Math.min(length, address.length * 8));
  }

  @Test
  void theLongestPrefixWinsWhereverItIs() {
    long seed = System.nanoTime();
    System.out.println("RulePlanTest: seed " + seed);
    Random random = new Random(seed);
    for (int run = 0; run < 2_000; run++) {
      Set<Prefix> routed = new HashSet<>();
      Set<Prefix> held = new HashSet<>();
      Set<Prefix> main = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        routed.add(random(random, random.nextInt(33)));
        held.add(random(random, random.nextInt(33)));
        main.add(random(random, random.nextInt(33)));
      }
      Set<Prefix> up = random.nextBoolean() ? routed : Set.of(); // the interface may be down
      Map<Integer, Set<Prefix>> tables = new HashMap<>();
      tables.put(1138, up);
      tables.put(RouteSpec.MAIN_TABLE, main);
      held.forEach(
          p -> tables.computeIfAbsent(POLICY.heldTable(p.length()), _ -> new HashSet<>()).add(p));
      List<RuleSpec> rules = RulePlan.of(POLICY, routed, held, true);
      for (int i = 0; i < 50; i++) {
        Prefix host = random(random, 128);
        assertEquals(expected(up, held, main, host), way(rules, tables, host, 53), host::toString);
        String past = longest(main, host) == null ? "nowhere" : "main";
        for (int port : new int[] {host.isIpv4() ? 1138 : 1139, 28_018, 29_041}) {
          assertEquals(past, way(rules, tables, host, port), "own port " + port);
        }
      }
    }
  }

  /** Of equal ones first the tunnel's, then what is held. */
  private static String expected(
      Set<Prefix> tunnel, Set<Prefix> held, Set<Prefix> main, Prefix host) {
    int t = length(tunnel, host);
    int h = length(held, host);
    int m = length(main, host);
    if (t < 0 && h < 0 && m < 0) {
      return "nowhere";
    }
    return t >= h && t >= m ? "tunnel" : h >= m ? "held" : "main";
  }

  private static int length(Set<Prefix> routes, Prefix host) {
    Prefix p = longest(routes, host);
    return p == null ? -1 : p.length();
  }

  @Test
  void prioritiesStayInTheirRange() {
    Set<Prefix> all = new HashSet<>();
    for (int n = 0; n <= 128; n++) {
      all.add(Prefix.of(new byte[16], n));
      all.add(Prefix.of(new byte[4], Math.min(n, 32)));
    }
    List<RuleSpec> rules = RulePlan.of(POLICY, all, all, true);
    assertEquals(rules.size(), new HashSet<>(rules).size());
    assertEquals(
        rules.size(),
        rules.stream().map(r -> r.priority() + (r.ipv4() ? 0 : 100_000)).distinct().count(),
        "no two of one priority");
    assertTrue(rules.stream().allMatch(r -> r.priority() >= 11_380 && r.priority() < 11_780));
  }

  @Test
  void thereAreNoneWithoutPrefixesOrIpv6OrWhereTheyAreOthers() {
    Set<Prefix> six = Set.of(Prefix.of(new byte[16], 0));
    assertEquals(List.of(), RulePlan.of(POLICY, Set.of(), Set.of(), true));
    assertEquals(List.of(), RulePlan.of(POLICY, six, Set.of(), false));
    for (Policy other :
        List.of(
            new Policy(0, 138, 0, 0, 11_380, PORTS, Endpoint.anyV4(1138), Endpoint.anyV6(1138)),
            new Policy(
                RouteSpec.MAIN_TABLE,
                138,
                0,
                0,
                11_380,
                PORTS,
                Endpoint.anyV4(1138),
                Endpoint.anyV6(1138)),
            new Policy(1138, 138, 0, 0, 0, PORTS, Endpoint.anyV4(1138), Endpoint.anyV6(1138)))) {
      assertEquals(List.of(), RulePlan.of(other, six, six, true));
    }
  }
}
