// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.ipae.tun.BootClock;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.NetlinkEvent;
import org.ipae.tun.netlink.NetlinkWatch;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.netlink.RuleSpec;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.io.Watched;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Interface, addresses and routes of the node: sets them, repairs what others delete, takes them
 * back. The control thread, apart from {@link #open} and {@link #close}.
 */
public final class HostNetwork implements Watched, AutoCloseable {

  /** The interface of the tunnel. */
  public record Link(String name, int index) {}

  /** From one look at the kernel's routes to the next, nanoseconds, whatever is said meanwhile. */
  private static final long LOOK = TimeUnit.SECONDS.toNanos(30);

  /** To the first: others may have removed what was held before their events were heard. */
  private static final long FIRST = TimeUnit.SECONDS.toNanos(2);

  /** The same when something may have happened. */
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(50);

  private final Netlink netlink;
  private final NetlinkWatch watch;
  private final Link tun;
  private final int tunIndex;
  private final TunInterface link;
  private final Policy policy;
  private final TunnelRoutes tunnel;
  private final OwnRoutes own;
  private final OwnRules rules;
  private final HeldRoutes held;
  private final Ways ways;
  private Map<Prefix, IfDown> ifDown = Map.of();
  private Set<Endpoint> endpoints = Set.of();
  private Set<Endpoint> addresses = Set.of();
  private Set<Endpoint> lasting = Set.of(); // of these
  private Set<Endpoint> gained = Set.of(); // and last come

  /** Why prefixes have no route. */
  private volatile Map<Prefix, String> notSet = Map.of();

  private boolean rulesStay; // that no length needs any more, until all routes are set
  private long lookedAt;
  private boolean tunUp = true;
  private boolean gone; // the interface
  private boolean tunBare; // its addresses or routes may be gone
  // What a round of events has found.
  private boolean changed;
  private boolean unsure; // own routes may have gone without a word
  private boolean ruleGone;

  private HostNetwork(
      Netlink netlink,
      NetlinkWatch watch,
      Link tun,
      int tunMtu,
      List<AddressSpec> tunAddresses,
      Policy policy,
      HeldFile file,
      Hold.Outcome before) {
    this.netlink = netlink;
    this.watch = watch;
    this.tun = tun;
    tunIndex = tun.index();
    link = new TunInterface(netlink, tun, tunAddresses);
    this.policy = policy;
    tunnel = new TunnelRoutes(tun, tunMtu, policy);
    ways = new Ways(netlink, tunIndex, policy);
    own = new OwnRoutes(netlink, tunIndex, policy);
    held = HeldRoutes.after(before, netlink, policy, file);
    rules = new OwnRules(netlink, policy, tunIndex, held::others);
  }

  /**
   * Brings the interface up with its addresses; routes come with {@link #route}.
   *
   * @param before what is held shut since a moment ago
   */
  public static HostNetwork open(
      Link tun,
      int mtu,
      List<AddressSpec> tunAddresses,
      Policy wish,
      HeldFile file,
      Hold.Outcome before)
      throws IOException {
    Netlink netlink = Netlink.open();
    try {
      Policy policy = RuleSupport.possible(wish, netlink, Log::warn);
      NetlinkWatch watch = NetlinkWatch.open(netlink);
      HostNetwork n = new HostNetwork(netlink, watch, tun, mtu, tunAddresses, policy, file, before);
      try {
        n.link.setUp(mtu);
        n.readAddresses();
        return n;
      } catch (IOException | RuntimeException | Error e) {
        watch.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      netlink.close();
      throw e;
    }
  }

  @Override
  public int descriptor() {
    return watch.descriptor();
  }

  /** Own addresses outside the tunnel, with port 0. */
  public Set<Endpoint> addresses() {
    return addresses;
  }

  private void readAddresses() throws OsException {
    List<AddressSpec> all = netlink.addresses();
    Set<Endpoint> out = new HashSet<>();
    Set<Endpoint> stay = new HashSet<>();
    for (AddressSpec a : all) {
      if (a.interfaceIndex() != tunIndex) {
        Endpoint e = Endpoint.of(a.address(), 0).in(a.interfaceIndex());
        out.add(e);
        if (!a.temporary()) {
          stay.add(e);
        }
      }
    }
    gained = new HashSet<>(stay);
    gained.removeAll(lasting);
    lasting = stay;
    addresses = out;
    tunnel.become(OwnNetworks.of(all, tunIndex));
  }

  /** Prefixes that are to have a route and have none, and why. Any thread. */
  public Map<Prefix, String> notSet() {
    return notSet;
  }

  /**
   * Routes these prefixes into the tunnel, and no others, and holds them shut behind it; endpoints
   * stay reachable outside it. Takes effect in turns, see {@link #deadline}.
   */
  public void route(Map<Prefix, IfDown> wanted, Set<Endpoint> peerEndpoints) {
    tunnel.become(wanted.keySet());
    ifDown = Map.copyOf(wanted);
    endpoints = Set.copyOf(peerEndpoints);
    route();
  }

  private void route() {
    boolean ipv6 = link.ipv6();
    List<RouteSpec> next = ways.past(endpoints, tunnel.prefixes(), own.all());
    next.addAll(tunnel.all(ipv6));
    held.become(shut(ipv6));
    own.become(next);
    rules.extend(plan(ipv6));
    rulesStay = true;
    if (!ipv6) {
      link.tellIpv6(tunnel.prefixes());
    }
  }

  private List<RuleSpec> plan(boolean ipv6) {
    return RulePlan.of(policy, tunnel.prefixes(), held.prefixes(), ipv6);
  }

  /** What this host is not in itself, and can have routes for. */
  private Map<Prefix, IfDown> shut(boolean ipv6) {
    Map<Prefix, IfDown> out = new HashMap<>(ifDown);
    out.keySet().removeAll(tunnel.taken().keySet());
    out.keySet().removeIf(p -> !ipv6 && !p.isIpv4());
    return out;
  }

  /** Sets all routes before it returns: when the daemon starts. */
  public void settle() {
    while (held.waiting()) {
      held.turn();
    }
    while (own.waiting()) {
      own.turn();
    }
    rulesStay = false;
    rules.become(plan(link.ipv6()));
    tellNotSet();
    lookedAt = BootClock.nanos() - LOOK + FIRST;
  }

  private void tellNotSet() {
    Map<Prefix, String> all = own.refused();
    held.refused()
        .forEach((p, why) -> all.merge(p, "not held shut: " + why, (a, b) -> a + "; " + b));
    all.putAll(tunnel.taken());
    notSet = Map.copyOf(all);
  }

  @Override
  public long deadline() {
    boolean waits = held.waiting() || (own.waiting() && tunUp);
    return waits ? 0 : lookedAt + (unsure ? SOON : LOOK);
  }

  @Override
  public void turn() {
    boolean waits = held.waiting() || (own.waiting() && tunUp);
    if (!waits) {
      unsure = false;
      lookedAt = BootClock.nanos();
      look();
      rules.repair();
    }
    held.turn();
    if (tunUp) {
      own.turn();
    }
    if (rulesStay && !held.waiting() && !own.waiting()) {
      rulesStay = false;
      rules.become(plan(link.ipv6())); // now that all routes are there
    }
    tellNotSet();
  }

  /** Compares what should be there with what the kernel has. */
  private void look() {
    try {
      List<RouteSpec> there = netlink.routes(policy.protocol());
      held.compare(there);
      if (tunUp) {
        own.recount(there);
      }
    } catch (OsException e) {
      Log.debug("routes not read: " + e.getMessage());
    }
  }

  /** Inner packets to these prefixes should not be larger; the kernel then tells their senders. */
  public void innerMtu(List<Prefix> routes, int mtu) {
    tunnel.innerMtu(routes, mtu, link.ipv6()).forEach(own::want);
  }

  /** What interface and route towards this address take, bytes; 0 if the kernel does not tell. */
  public int linkMtu(Endpoint endpoint) {
    return ways.linkMtu(endpoint);
  }

  /** How the kernel would send to this address now; null if it does not tell, or has no way. */
  public @Nullable Uplink uplink(Endpoint endpoint) {
    return ways.uplink(endpoint);
  }

  /** Whether the kernel has a way to this address; true if it does not tell. */
  public boolean reachable(Endpoint endpoint) {
    return ways.reachable(endpoint);
  }

  @Override
  public void ready(ControlPlane plane) throws IOException {
    try {
      if (events()) {
        plane.gained(BootClock.nanos(), gained);
        plane.ownPathChanged(BootClock.nanos(), addresses);
      }
    } catch (IOException e) {
      Log.warn("network events lost: " + Reason.of(e));
    }
    if (gone) {
      throw new IOException(
          "the interface "
              + tun.name()
              + " is gone: somebody has deleted the interface or moved it to another network namespace");
    }
  }

  /**
   * Reads what has happened and repairs own addresses and routes.
   *
   * @return whether own addresses or the ways out have changed
   */
  private boolean events() throws IOException {
    changed = false;
    ruleGone = false;
    watch.read(this::event);
    if (gone) {
      return false;
    }
    if (ruleGone) {
      rules.repair();
    }
    boolean bare = tunUp && tunBare;
    if (bare) {
      tunBare = false;
      unsure = true;
      link.repair();
    }
    if (changed || bare) {
      readAddresses();
      if (tunUp) {
        route();
      }
    }
    return changed;
  }

  private void event(NetlinkEvent event) {
    switch (event) {
      case NetlinkEvent.AddressAdded a -> changed |= a.address().interfaceIndex() != tunIndex;
      case NetlinkEvent.AddressRemoved a -> {
        boolean ours = a.address().interfaceIndex() == tunIndex;
        tunBare |= ours;
        changed |= !ours;
        unsure |= !ours;
      }
      case NetlinkEvent.LinkChanged l -> {
        boolean ours = l.index() == tunIndex;
        tunUp = ours ? l.up() : tunUp;
        tunBare |= !tunUp;
        gone |= ours && l.removed();
        changed |= !ours;
        unsure |= !ours;
      }
      case NetlinkEvent.RouteAdded r -> {
        unsure |= own.added(r.route());
        held.added(r.route());
        changed |= ways.foreign(r.route());
      }
      case NetlinkEvent.RouteRemoved r -> {
        own.gone(r.route());
        held.gone(r.route());
        changed |= ways.foreign(r.route());
      }
      case NetlinkEvent.RuleRemoved r -> ruleGone |= rules.wants(r.rule());
      case NetlinkEvent.Overrun _ -> {
        changed = true;
        tunBare = true;
        unsure = true;
      }
    }
  }

  /**
   * Takes the routes into the tunnel back; the interface goes with its device. What is held shut
   * stays so.
   */
  @Override
  public void close() {
    own.close();
    rules.become(RulePlan.of(policy, Set.of(), held.prefixes(), link.ipv6()));
    watch.close();
    netlink.close();
  }
}
