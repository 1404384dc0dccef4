// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.netlink.RuleSpec;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The routes and rules of the tunnel as one {@link Policy} wants them. With another policy there is
 * another of these, which follows it: what the one before had goes when all of its own is set. The
 * control thread.
 */
final class Routing implements AutoCloseable {
  private final Netlink netlink;
  private final TunInterface link;
  private final Policy policy;
  private final TunnelRoutes tunnel;
  private final OwnRoutes own;
  private final OwnRules rules;
  private final HeldRoutes held;
  private final Ways ways;
  private Map<Prefix, IfDown> ifDown = Map.of();
  private Set<Endpoint> endpoints = Set.of();
  private boolean rulesStay; // that no length needs any more, until all routes are set
  private @Nullable Routing before; // until all routes are set

  /**
   * @param before what is held shut since a moment ago
   */
  Routing(Netlink netlink, TunInterface link, Policy policy, HeldFile file, Hold.Outcome before) {
    this(netlink, link, policy, HeldRoutes.after(before, netlink, policy, file));
  }

  private Routing(Netlink netlink, TunInterface link, Policy policy, HeldRoutes held) {
    this.netlink = netlink;
    this.link = link;
    this.policy = policy;
    this.held = held;
    tunnel = new TunnelRoutes(link, policy);
    ways = new Ways(netlink, link.index(), policy);
    own = new OwnRoutes(netlink, link.index(), policy);
    rules = new OwnRules(netlink, policy, link.index(), held::others);
  }

  /** What follows this with another policy. Takes effect in turns. */
  Routing followed(Policy next, HeldFile file) {
    finish();
    Routing after = new Routing(netlink, link, next, new HeldRoutes(netlink, next, file));
    after.before = this;
    after.own.inherit(own);
    after.tunnel.inherit(tunnel);
    after.ifDown = ifDown;
    after.endpoints = endpoints;
    after.route();
    return after;
  }

  /** Rules for the ports of what is to follow, beside those of now. */
  void expect(Policy next) {
    rules.extend(RulePlan.of(policy.withPortsOf(next), tunnel.prefixes(), held.prefixes(), ipv6()));
  }

  Policy policy() {
    return policy;
  }

  Ways ways() {
    return ways;
  }

  void become(OwnNetworks networks) {
    tunnel.become(networks);
  }

  /** See {@link HostNetwork#route}. */
  void become(Map<Prefix, IfDown> wanted, Set<Endpoint> peerEndpoints) {
    tunnel.become(wanted.keySet());
    ifDown = Map.copyOf(wanted);
    endpoints = Set.copyOf(peerEndpoints);
    route();
  }

  /** Finds what is to be done now. */
  void route() {
    boolean ipv6 = ipv6();
    List<RouteSpec> next = ways.past(endpoints, tunnel.prefixes(), own.all());
    next.addAll(tunnel.all(ipv6));
    held.become(shut(ipv6));
    own.become(next);
    rules.extend(plan());
    rulesStay = true;
    if (!ipv6) {
      link.tellIpv6(tunnel.prefixes());
    }
  }

  private boolean ipv6() {
    return link.ipv6();
  }

  private List<RuleSpec> plan() {
    return RulePlan.of(policy, tunnel.prefixes(), held.prefixes(), ipv6());
  }

  /** What this host is not in itself, and can have routes for. */
  private Map<Prefix, IfDown> shut(boolean ipv6) {
    Map<Prefix, IfDown> out = new HashMap<>(ifDown);
    out.keySet().removeAll(tunnel.taken().keySet());
    out.keySet().removeIf(p -> !ipv6 && !p.isIpv4());
    return out;
  }

  /** Sets all routes before it returns. */
  void finish() {
    while (held.waiting()) {
      held.turn();
    }
    while (own.waiting()) {
      own.turn();
    }
    finished();
  }

  private void finished() {
    rulesStay = false;
    rules.become(plan()); // now that all routes are there
    if (before != null) {
      before.leave(this);
      before = null;
    }
  }

  /** Takes back what the one that follows does not want. */
  private void leave(Routing after) {
    own.close();
    rules.leave(after.rules);
  }

  /** Whether {@link #turn} has something to do. */
  boolean waiting(boolean tunUp) {
    return held.waiting() || (own.waiting() && tunUp);
  }

  void turn(boolean tunUp) {
    held.turn();
    if (tunUp) {
      own.turn();
    }
    if (rulesStay && !held.waiting() && !own.waiting()) {
      finished();
    }
  }

  /** Compares what should be there with what the kernel has. */
  void look(boolean tunUp) {
    try {
      List<RouteSpec> there = netlink.routes(policy.protocol());
      held.compare(there);
      if (tunUp) {
        own.recount(there);
      }
    } catch (OsException e) {
      Log.debug("routes not read: " + e.getMessage());
    }
    rules.repair();
  }

  void repairRules() {
    rules.repair();
  }

  /** Prefixes that are to have a route and have none, and why. */
  Map<Prefix, String> notSet() {
    Map<Prefix, String> all = own.refused();
    held.refused()
        .forEach((p, why) -> all.merge(p, "not held shut: " + why, (a, b) -> a + "; " + b));
    all.putAll(tunnel.taken());
    return Map.copyOf(all);
  }

  void innerMtu(List<Prefix> routes, int mtu) {
    tunnel.innerMtu(routes, mtu, ipv6()).forEach(own::want);
  }

  /** A route appeared. Returns whether one of ours may have gone without a word. */
  boolean added(RouteSpec route) {
    held.added(route);
    return own.added(route);
  }

  void gone(RouteSpec route) {
    own.gone(route);
    held.gone(route);
  }

  boolean wants(RuleSpec rule) {
    return rules.wants(rule);
  }

  /** Takes the routes into the tunnel back; what is held shut stays so. */
  @Override
  public void close() {
    if (before != null) {
      before.leave(this);
    }
    own.close();
    rules.become(RulePlan.of(policy, Set.of(), held.prefixes(), ipv6()));
  }
}
