// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;

/** The routes that the daemon has made, as far as it knows of them; takes them back at the end. */
final class OwnRoutes implements AutoCloseable {

  /** What makes two routes the same one: all but the metric, which the kernel may have chosen. */
  private record Place(Prefix prefix, int interfaceIndex, int table, int protocol) {
    static Place of(RouteSpec r) {
      Prefix prefix = Prefix.of(r.prefix(), r.prefixLength());
      return new Place(prefix, r.interfaceIndex(), r.table(), r.protocol());
    }
  }

  private final Netlink netlink;
  private final int protocol;
  private final Map<Place, RouteSpec> installed = new HashMap<>();

  OwnRoutes(Netlink netlink, int protocol) {
    this.netlink = netlink;
    this.protocol = protocol;
  }

  Collection<RouteSpec> all() {
    return installed.values();
  }

  /** Makes these the only ones. */
  void become(List<RouteSpec> wanted) {
    Map<Place, RouteSpec> next = new LinkedHashMap<>();
    wanted.forEach(r -> next.put(Place.of(r), r));
    for (RouteSpec old : List.copyOf(installed.values())) {
      if (!next.containsKey(Place.of(old))) {
        remove(old);
      }
    }
    next.values().forEach(this::install);
  }

  /** Makes it, or puts it in the place of what it differs from: at no time is there no route. */
  void install(RouteSpec route) {
    if (route.equals(installed.get(Place.of(route)))) {
      return;
    }
    try {
      netlink.addRoute(route);
      installed.put(Place.of(route), route);
    } catch (OsException e) {
      Log.error(
          "route "
              + route
              + " not set: "
              + e.getMessage()
              + "; remove the other route, or give ours a metric of its own");
    }
  }

  private void remove(RouteSpec route) {
    installed.remove(Place.of(route));
    try {
      netlink.removeRoute(route);
    } catch (OsException e) {
      Log.debug("route not removed: " + e.getMessage());
    }
  }

  /** Somebody has removed a route. Returns whether it was one of these. */
  boolean gone(RouteSpec route) {
    return installed.remove(Place.of(route)) != null;
  }

  /**
   * Keeps in mind only those of our routes that the kernel still has as we made them: of IPv4
   * routes that go with an interface or an address it says nothing.
   */
  void recount() {
    try {
      Map<Place, RouteSpec> there = new HashMap<>();
      netlink.routes(protocol).forEach(r -> there.put(Place.of(r), r));
      installed.entrySet().removeIf(own -> !asMade(own.getValue(), there.get(own.getKey())));
    } catch (OsException e) {
      Log.debug("routes not read: " + e.getMessage());
      installed.clear();
    }
  }

  private static boolean asMade(RouteSpec own, @Nullable RouteSpec there) {
    return there != null
        && there.mtu() == own.mtu()
        && Arrays.equals(there.gateway(), own.gateway());
  }

  @Override
  public void close() {
    List.copyOf(installed.values()).forEach(this::remove);
  }
}
