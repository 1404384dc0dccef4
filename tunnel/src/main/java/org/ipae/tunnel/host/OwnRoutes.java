// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The routes that the daemon wants, and those of them that it has by what the kernel last said.
 * What differs is set right in turns of some milliseconds each. A route of somebody else that is in
 * the place stays; the place is tried again when something there changes, and after a while.
 */
final class OwnRoutes implements AutoCloseable {
  /** Requests to the kernel in one turn. */
  private static final int TURN = 256;

  /**
   * Of all routes to one prefix in one table the daemon makes one. Flat, because a gateway may have
   * ten thousand.
   */
  private record Place(long hi, long lo, int bits, int table) {
    static Place of(RouteSpec r) {
      Prefix p = Prefix.of(r.prefix(), r.prefixLength());
      return new Place(p.hi(), p.lo(), p.bits(), r.table());
    }

    Prefix prefix() {
      return new Prefix(hi, lo, bits);
    }
  }

  private final Netlink netlink;
  private final int tunIndex;
  private final int protocol;
  private final boolean ownTable;
  private final int table;
  private final int metric;
  private final Map<Place, RouteSpec> wanted = new HashMap<>();
  private final Map<Place, RouteSpec> installed = new HashMap<>();
  private final Map<Place, String> refused = new HashMap<>();

  /** Where a route of ours was, and is no longer. */
  private final Set<Place> lost = new HashSet<>();

  private final Set<Place> todo = new LinkedHashSet<>();

  OwnRoutes(Netlink netlink, int tunIndex, Policy policy) {
    this.netlink = netlink;
    this.tunIndex = tunIndex;
    protocol = policy.protocol();
    ownTable = policy.rules();
    table = policy.table();
    metric = policy.metric();
  }

  /** Those that are there. */
  Collection<RouteSpec> all() {
    return installed.values();
  }

  /** Takes over what another policy has set in places of this one. */
  void inherit(OwnRoutes before) {
    for (Place p : List.copyOf(before.installed.keySet())) {
      RouteSpec r = before.installed.get(p);
      if (r != null && r.table() == table && r.metric() == metric) {
        before.installed.remove(p);
        installed.put(p, r);
      }
    }
  }

  /** Why prefixes have no route, in words for people. */
  Map<Prefix, String> refused() {
    Map<Prefix, String> out = new HashMap<>();
    refused.forEach((place, why) -> out.put(place.prefix(), why));
    return out;
  }

  /** These are the only ones that are wanted. */
  void become(List<RouteSpec> routes) {
    Map<Place, RouteSpec> next = new LinkedHashMap<>();
    routes.forEach(r -> next.put(Place.of(r), r));
    wanted.keySet().retainAll(next.keySet());
    refused.keySet().retainAll(next.keySet());
    lost.retainAll(next.keySet());
    next.values().forEach(this::want); // before others go: a packet finds one of them
    for (Place p : installed.keySet()) {
      if (!next.containsKey(p)) {
        todo.add(p);
      }
    }
  }

  /** This one is wanted, in the place of what was. */
  void want(RouteSpec route) {
    Place place = Place.of(route);
    RouteSpec there = installed.get(place);
    if (route.equals(there)) {
      wanted.put(place, there); // the same object: a gateway may have ten thousand
      return;
    }
    wanted.put(place, route);
    if (!refused.containsKey(place)) {
      todo.add(place);
    }
  }

  /** Whether {@link #turn} has something to do. */
  boolean waiting() {
    return !todo.isEmpty();
  }

  /** Sets some of what differs right: at no time is there no route where there was one. */
  void turn() {
    List<Place> taken = new ArrayList<>();
    Iterator<Place> all = todo.iterator();
    for (int n = 0; n < TURN && all.hasNext(); n++) {
      Place p = all.next();
      all.remove();
      RouteSpec want = wanted.get(p);
      RouteSpec have = installed.get(p);
      if (want == null) {
        if (have != null) {
          remove(p, have);
        }
      } else if (!want.equals(have) && !set(p, want, have != null)) {
        taken.add(p);
      }
    }
    if (!taken.isEmpty()) {
      settle(taken);
    }
  }

  /** Returns false if another route is in the place. */
  private boolean set(Place place, RouteSpec route, boolean replace) {
    try {
      if (replace) {
        netlink.replaceRoute(route);
      } else {
        netlink.addRoute(route);
      }
      accepted(place, route);
      return true;
    } catch (OsException e) {
      if (!replace && e.errnoName().equals("EEXIST")) {
        return false;
      }
      refuse(place, Reason.of(e));
      return true;
    }
  }

  /** What is in these places is replaced if it can only be ours. */
  private void settle(List<Place> taken) {
    Map<Place, RouteSpec> there = new HashMap<>();
    try {
      for (RouteSpec r : netlink.places()) {
        RouteSpec want = wanted.get(Place.of(r));
        if (want != null && want.samePlace(r)) {
          there.put(Place.of(r), r);
        }
      }
    } catch (OsException e) {
      Log.debug("routes not read: " + e.getMessage());
    }
    for (Place p : taken) {
      RouteSpec want = wanted.get(p);
      RouteSpec other = there.get(p);
      if (want != null && other != null && mayReplace(other, want)) {
        set(p, want, true);
      } else {
        refuse(p, whose(other));
      }
    }
  }

  /**
   * Another daemon may have our protocol, but not our interface. Routes past the tunnel go to the
   * same gateway whoever makes them, and a daemon that was killed leaves them. A route that has
   * taken the place of ours in our own table leads packets around the tunnel, unless it ends there.
   */
  private boolean mayReplace(RouteSpec other, RouteSpec want) {
    if (ownTable && other.protocol() != protocol && lost.contains(Place.of(want))) {
      return other.kind() == RouteSpec.Kind.UNICAST;
    }
    boolean past = want.interfaceIndex() != tunIndex;
    return other.protocol() == protocol
        && other.interfaceIndex() != 0
        && (past || other.interfaceIndex() == tunIndex);
  }

  private String whose(@Nullable RouteSpec other) {
    if (other == null) {
      return "another route is in the place";
    }
    if (other.interfaceIndex() == 0) {
      return "a route of protocol " + other.protocol() + " without an interface is in the place";
    }
    return other.protocol() == protocol
        ? "a route of another ipae is in the place"
        : "a route of protocol " + other.protocol() + " is in the place";
  }

  private void accepted(Place place, RouteSpec route) {
    installed.put(place, route);
    lost.remove(place);
    if (refused.remove(place) != null) {
      Log.info("route " + OwnNetworks.text(place.prefix()) + " is set now");
    }
  }

  private void refuse(Place place, String why) {
    if (!why.equals(refused.put(place, why))) {
      Log.error(
          "route "
              + OwnNetworks.text(place.prefix())
              + " not set: "
              + why
              + "; remove the other route, or give ours a metric of its own");
    }
  }

  private void remove(Place place, RouteSpec route) {
    installed.remove(place);
    try {
      netlink.removeRoute(route);
    } catch (OsException e) {
      Log.debug("route not removed: " + e.getMessage());
    }
  }

  private boolean ours(RouteSpec r, @Nullable RouteSpec as) {
    return as != null
        && r.protocol() == as.protocol()
        && r.interfaceIndex() == as.interfaceIndex()
        && r.samePlace(as);
  }

  /**
   * A route appeared. Returns whether it may have taken the place of one of ours, so that the
   * kernel is to be asked.
   */
  boolean added(RouteSpec route) {
    RouteSpec want = wanted.get(Place.of(route));
    return want != null && want.samePlace(route) && !ours(route, want);
  }

  /** A route went: one of ours, or one that was in the way. */
  void gone(RouteSpec route) {
    Place place = Place.of(route);
    RouteSpec want = wanted.get(place);
    if (want == null) {
      return;
    }
    if (ours(route, installed.get(place))) {
      installed.remove(place);
      lost.add(place);
      todo.add(place);
    } else if (refused.containsKey(place)) {
      todo.add(place);
    }
  }

  /**
   * Keeps in mind only those of our routes that the kernel still has as we made them, and tries the
   * others again: of some changes it says nothing.
   */
  void recount(List<RouteSpec> routes) {
    Map<Place, RouteSpec> there = new HashMap<>();
    for (RouteSpec r : routes) {
      if (r.interfaceIndex() != 0) { // one that is held shut may have the same prefix and table
        there.put(Place.of(r), r);
      }
    }
    Set<Place> gone = new HashSet<>();
    installed.forEach((place, own) -> {
      if (!asMade(own, there.get(place))) {
        gone.add(place);
      }
    });
    installed.keySet().removeAll(gone);
    lost.addAll(gone);
    wanted.forEach((place, route) -> {
      if (!route.equals(installed.get(place))) {
        todo.add(place);
      }
    });
  }

  private static boolean asMade(RouteSpec own, @Nullable RouteSpec there) {
    return there != null
        && there.interfaceIndex() == own.interfaceIndex()
        && there.mtu() == own.mtu()
        && Arrays.equals(there.gateway(), own.gateway());
  }

  @Override
  public void close() {
    wanted.clear();
    Map.copyOf(installed).forEach(this::remove);
  }
}
