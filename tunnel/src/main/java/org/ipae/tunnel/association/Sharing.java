// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.link.Hop;
import org.ipae.tunnel.link.SharedHop;
import org.ipae.tunnel.routing.Prefix;

/**
 * Which of the gateways that have the same prefixes carry them: of those that are up, the ones of
 * the lowest priority. One that was down carries again when it has been up for {@link #BACK}. While
 * none is up it stays as it was.
 */
final class Sharing {
  /** How long a gateway must be up again before it takes its prefixes back, milliseconds. */
  static final long BACK = 10_000;

  /** Gateways of the same prefixes. */
  private static final class Group {
    final List<Association> members;
    final List<Prefix> prefixes = new ArrayList<>();
    final SharedHop hop;
    List<Association> carriers;

    Group(List<Association> members) {
      this.members = members;
      hop = new SharedHop(members.stream().map(Association::link).toList());
      carriers = List.of(members.getFirst());
    }
  }

  private final Environment env;
  private List<Group> groups = List.of();
  private final Map<Association, List<Group>> of = new HashMap<>();

  /** Since when each of the members is up, by number; not there = it is down. */
  private final Map<Integer, Long> upSince = new HashMap<>();

  /** Those that have been up long enough, or took over when nobody else was. */
  private final Set<Integer> serving = new TreeSet<>();

  Sharing(Environment env) {
    this.env = env;
  }

  /** What has each prefix of these peers. */
  Map<Prefix, Hop> configure(Iterable<Association> peers) {
    Map<Prefix, List<Association>> having = new LinkedHashMap<>();
    for (Association a : peers) {
      a.config().routes().forEach(r -> having.computeIfAbsent(r, _ -> new ArrayList<>(1)).add(a));
    }
    Map<Prefix, Hop> hops = new HashMap<>();
    Map<List<Association>, Group> next = new LinkedHashMap<>();
    having.forEach((prefix, all) -> {
      if (all.size() == 1) {
        hops.put(prefix, all.getFirst().link());
        return;
      }
      List<Association> sorted =
          all.stream().sorted(Comparator.comparingInt(a -> a.config().rank())).toList();
      Group g = next.computeIfAbsent(sorted, Group::new);
      g.prefixes.add(prefix);
      hops.put(prefix, g.hop);
    });
    groups = List.copyOf(next.values());
    of.clear();
    for (Group g : groups) {
      g.members.forEach(a -> of.computeIfAbsent(a, _ -> new ArrayList<>(1)).add(g));
    }
    Set<Integer> numbers =
        groups.stream()
            .flatMap(g -> g.members.stream())
            .map(a -> a.link().number())
            .collect(Collectors.toSet());
    upSince.keySet().retainAll(numbers);
    serving.retainAll(numbers);
    return hops;
  }

  /** Something of a peer, or only the time, has changed. */
  void look(Moment now, Association changed) {
    if (!of.isEmpty()) {
      of.getOrDefault(changed, List.of()).forEach(g -> look(now, g));
    }
  }

  /** The configuration has changed. */
  void look(Moment now) {
    groups.forEach(g -> look(now, g));
  }

  private void look(Moment now, Group g) {
    for (Association a : g.members) {
      int number = a.link().number();
      if (!a.state().up()) {
        upSince.remove(number);
        serving.remove(number);
      } else if (now.millis() - upSince.computeIfAbsent(number, _ -> now.millis()) >= BACK) {
        serving.add(number);
      }
    }
    List<Association> up = up(g);
    if (up.isEmpty()) {
      return; // packets wait where they are, and call
    }
    if (up.stream().noneMatch(a -> serving.contains(a.link().number()))) {
      up.forEach(a -> serving.add(a.link().number()));
    }
    up.removeIf(a -> !serving.contains(a.link().number()));
    int best = up.getFirst().config().rank();
    List<Association> carriers = up.stream().filter(a -> a.config().rank() == best).toList();
    if (!carriers.equals(g.carriers)) {
      g.carriers = carriers;
      g.hop.carry(carriers.stream().map(Association::link).toList());
      env.effects().carried(g.prefixes, names(carriers));
    }
  }

  private static List<Association> up(Group g) {
    List<Association> out = new ArrayList<>(g.members);
    out.removeIf(a -> !a.state().up());
    return out;
  }

  private static List<String> names(List<Association> all) {
    return all.stream().map(a -> a.config().name()).toList();
  }

  /** The prefixes of a peer that others carry now, and who. */
  Map<Prefix, List<String>> elsewhere(Association a) {
    Map<Prefix, List<String>> out = new LinkedHashMap<>();
    for (Group g : of.getOrDefault(a, List.of())) {
      if (!g.carriers.contains(a)) {
        g.prefixes.forEach(p -> out.put(p, names(g.carriers)));
      }
    }
    return out;
  }
}
