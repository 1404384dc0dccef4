// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Flow;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteLookup;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/** The ways of own datagrams, by what the kernel says at one moment. */
final class Ways {
  private final Netlink netlink;
  private final int tunIndex;
  private final Policy policy;

  Ways(Netlink netlink, int tunIndex, Policy policy) {
    this.netlink = netlink;
    this.tunIndex = tunIndex;
    this.policy = policy;
  }

  /** What interface and route towards this address take, bytes; 0 if the kernel does not tell. */
  int linkMtu(Endpoint endpoint) {
    try {
      return netlink.mtu(address(endpoint), policy.flow(endpoint));
    } catch (OsException x) {
      Log.debug("no MTU to " + endpoint + ": " + x.getMessage());
      return 0;
    }
  }

  /** Whether the kernel has a way to this address; true if it does not tell. */
  boolean reachable(Endpoint endpoint) {
    try {
      return netlink.lookup(address(endpoint), policy.flow(endpoint)) != null;
    } catch (OsException x) {
      Log.debug("no answer on " + endpoint + ": " + x.getMessage());
      return true;
    }
  }

  /** How the kernel would send to this address now; null if it does not tell, or has no way. */
  @Nullable Uplink uplink(Endpoint endpoint) {
    try {
      Flow flow = policy.flow(endpoint);
      RouteLookup now = netlink.lookup(address(endpoint), flow);
      byte[] source = now == null || now.source() == null ? flow.source() : now.source();
      return now == null || source == null
          ? null
          : new Uplink(now.interfaceIndex(), Endpoint.of(source, 0).in(now.interfaceIndex()));
    } catch (OsException x) {
      Log.debug("no answer on " + endpoint + ": " + x.getMessage());
      return null;
    }
  }

  private static byte[] address(Endpoint e) {
    return Prefix.of(e.withoutZone().address(), 128).address();
  }

  /** Whether a route is neither ours nor into the tunnel. */
  boolean foreign(RouteSpec r) {
    return r.interfaceIndex() != tunIndex && r.protocol() != policy.protocol();
  }

  /** Host routes past the tunnel for endpoints that a routed prefix covers; none with rules. */
  List<RouteSpec> past(
      Set<Endpoint> endpoints, Set<Prefix> prefixes, Collection<RouteSpec> installed) {
    List<RouteSpec> out = new ArrayList<>();
    if (policy.rules() || !policy.routes()) {
      return out;
    }
    Bypass ways = new Bypass(netlink, tunIndex, policy, this::foreign, installed);
    RouteTable<Prefix> routed =
        new RouteTable<>(prefixes.stream().collect(Collectors.toMap(p -> p, p -> p)));
    for (Endpoint e : endpoints) {
      if (routed.lookup(e.hi(), e.lo()) == null) {
        continue;
      }
      try {
        RouteSpec way = ways.route(e);
        if (way != null) {
          out.add(way);
        }
      } catch (OsException x) {
        Log.warn("no way to " + e.host() + ": " + x.getMessage());
      }
    }
    return out;
  }
}
