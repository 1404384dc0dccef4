// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteLookup;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The ways past the tunnel to endpoints that lie in routed prefixes, as they are at one moment.
 * What the kernel says is right only until our own routes hide where it would send without them;
 * from then on the best of the other routes tells.
 */
final class Bypass {
  private final Netlink netlink;
  private final int tunIndex;
  private final Policy policy;
  private final Predicate<RouteSpec> foreign;
  private final Map<Prefix, RouteSpec> own = new HashMap<>();
  private @Nullable RouteTable<RouteSpec> others; // read when first needed

  /**
   * The ways of this moment.
   *
   * @param foreign whether a route is neither ours nor into the tunnel
   */
  Bypass(
      Netlink netlink,
      int tunIndex,
      Policy policy,
      Predicate<RouteSpec> foreign,
      Collection<RouteSpec> installed) {
    this.netlink = netlink;
    this.tunIndex = tunIndex;
    this.policy = policy;
    this.foreign = foreign;
    for (RouteSpec r : installed) {
      if (r.interfaceIndex() != tunIndex) {
        own.put(prefix(r), r);
      }
    }
  }

  /**
   * The host route of an endpoint; the one that there is, if no other is known.
   *
   * @return null if there is no way
   */
  @Nullable RouteSpec route(Endpoint e) throws OsException {
    Prefix host = Prefix.of(e.withoutZone().address(), 128);
    RouteSpec before = own.get(host);
    if (before == null) {
      RouteLookup now = netlink.lookup(host.address(), policy.flow(e));
      if (now == null || now.interfaceIndex() != tunIndex) {
        return now == null ? null : hostRoute(host, now.interfaceIndex(), now.gateway());
      }
    }
    RouteSpec best = others().lookup(e.hi(), e.lo());
    return best == null ? before : hostRoute(host, best.interfaceIndex(), best.gateway());
  }

  private RouteTable<RouteSpec> others() throws OsException {
    RouteTable<RouteSpec> known = others;
    if (known != null) {
      return known;
    }
    BinaryOperator<RouteSpec> better = (a, b) -> b.metric() < a.metric() ? b : a;
    Map<Prefix, RouteSpec> best = new HashMap<>();
    for (RouteSpec r : netlink.routes()) {
      if (usable(r)) {
        best.merge(prefix(r), r, better);
      }
    }
    others = new RouteTable<>(best);
    return others;
  }

  private boolean usable(RouteSpec r) {
    return r.interfaceIndex() > 0
        && foreign.test(r)
        && (r.table() == policy.table() || r.table() == RouteSpec.MAIN_TABLE);
  }

  private static Prefix prefix(RouteSpec r) {
    return Prefix.of(r.prefix(), r.prefixLength());
  }

  private RouteSpec hostRoute(Prefix host, int interfaceIndex, byte @Nullable [] gateway) {
    return new RouteSpec(
        host.address(),
        host.length(),
        interfaceIndex,
        gateway,
        policy.table(),
        policy.protocol(),
        policy.metric(),
        0);
  }
}
