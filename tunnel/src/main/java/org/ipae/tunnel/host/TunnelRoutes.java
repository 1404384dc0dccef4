// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.Prefix;

/**
 * The routes that are to lead into the tunnel: one for each prefix of a peer, apart from those that
 * this host is in itself, and from IPv6 where that is switched off.
 */
final class TunnelRoutes {
  private final TunInterface tun;
  private final Policy policy;
  private final Map<Prefix, Integer> innerMtus = new HashMap<>();
  private Set<Prefix> prefixes = Set.of();
  private OwnNetworks networks = new OwnNetworks(List.of());
  private Map<Prefix, String> taken = Map.of();

  TunnelRoutes(TunInterface tun, Policy policy) {
    this.tun = tun;
    this.policy = policy;
  }

  /** The same prefixes by another policy. */
  void inherit(TunnelRoutes before) {
    innerMtus.putAll(before.innerMtus);
    prefixes = before.prefixes;
    networks = before.networks;
    taken = before.taken;
  }

  /** All that are wanted, whether they can be had or not. */
  Set<Prefix> prefixes() {
    return prefixes;
  }

  /** Those that this host is in, and how that is said. */
  Map<Prefix, String> taken() {
    return taken;
  }

  void become(Collection<Prefix> wanted) {
    prefixes = new HashSet<>(wanted);
    innerMtus.keySet().retainAll(prefixes);
  }

  void become(OwnNetworks own) {
    networks = own;
  }

  /** The routes of now. Tells what has changed of the own networks. */
  List<RouteSpec> all(boolean ipv6) {
    List<RouteSpec> out = new ArrayList<>();
    if (!policy.routes()) {
      return out;
    }
    Map<Prefix, String> conflicts = new HashMap<>();
    for (Prefix p : prefixes) {
      Prefix network = networks.with(p);
      if (network != null) {
        conflicts.put(p, "this host is in " + OwnNetworks.text(network) + " itself");
      } else if (ipv6 || p.isIpv4()) {
        out.addAll(of(p));
      }
    }
    tell(conflicts);
    return out;
  }

  private void tell(Map<Prefix, String> conflicts) {
    conflicts.forEach((p, why) -> {
      if (!why.equals(taken.get(p))) {
        Log.error(
            "route "
                + OwnNetworks.text(p)
                + " not set: "
                + why
                + "; the peer cannot have the same prefix");
      }
    });
    for (Prefix p : taken.keySet()) {
      if (!conflicts.containsKey(p) && prefixes.contains(p)) {
        Log.info("route " + OwnNetworks.text(p) + " is set again: this host is not in it any more");
      }
    }
    taken = Map.copyOf(conflicts);
  }

  /** Inner packets to these prefixes should not be larger. Returns the routes that change. */
  List<RouteSpec> innerMtu(List<Prefix> routes, int mtu, boolean ipv6) {
    List<RouteSpec> out = new ArrayList<>();
    for (Prefix p : routes) {
      innerMtus.put(p, mtu);
      boolean routed = policy.routes() && prefixes.contains(p) && !taken.containsKey(p);
      if (routed && (ipv6 || p.isIpv4())) {
        out.addAll(of(p));
      }
    }
    return out;
  }

  private List<RouteSpec> of(Prefix p) {
    int inner = innerMtus.getOrDefault(p, 0);
    int mtu = inner < tun.mtu() ? inner : 0; // 0 leaves it to the interface
    return policy.parts(p).stream().map(part -> route(part, mtu)).toList();
  }

  private RouteSpec route(Prefix p, int mtu) {
    return new RouteSpec(
        p.address(),
        p.length(),
        tun.index(),
        policy.table(),
        policy.protocol(),
        policy.metric(),
        mtu);
  }
}
