// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.ipae.tun.BootClock;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.NetlinkEvent;
import org.ipae.tun.netlink.NetlinkWatch;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.io.Watched;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Interface, addresses and routes of the node: sets them, repairs what others delete, takes them
 * back. The control thread, apart from {@link #open} and {@link #close}.
 */
public final class HostNetwork implements Watched, AutoCloseable {

  /** The interface of the tunnel. */
  public record Link(String name, int index) {}

  /**
   * Packets that wait in the TUN device: without superpackets one burst of TCP is some hundred
   * packets, and the kernel's 500 overflow.
   */
  private static final int TUN_QUEUE = 2_000;

  /** From one look at the kernel's routes to the next, nanoseconds, whatever is said meanwhile. */
  private static final long LOOK = TimeUnit.SECONDS.toNanos(30);

  /** The same when something may have happened. */
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(50);

  private final Netlink netlink;
  private final NetlinkWatch watch;
  private final Link tun;
  private final int tunIndex;
  private final Sysctl settings;
  private final Policy policy;
  private final TunnelRoutes tunnel;
  private final OwnRoutes own;
  private final OwnRules rules;
  private final int tunMtu;
  private final List<AddressSpec> tunAddresses;
  private Set<Endpoint> endpoints = Set.of();
  private Set<Endpoint> addresses = Set.of();

  /** Why prefixes have no route. */
  private volatile Map<Prefix, String> notSet = Map.of();

  private long lookedAt;
  private boolean tunUp = true;
  private boolean gone; // the interface
  private boolean ipv6Told;
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
      Policy policy) {
    this.netlink = netlink;
    this.watch = watch;
    this.tun = tun;
    tunIndex = tun.index();
    settings = Sysctl.of(tun.name());
    this.tunMtu = tunMtu;
    this.tunAddresses = tunAddresses;
    this.policy = policy;
    tunnel = new TunnelRoutes(tun, tunMtu, policy);
    own = new OwnRoutes(netlink, tunIndex, policy.protocol());
    rules = new OwnRules(netlink, policy, tunIndex);
  }

  /** Brings the interface up with its addresses; routes come with {@link #route}. */
  public static HostNetwork open(Link tun, int mtu, List<AddressSpec> tunAddresses, Policy wish)
      throws IOException {
    Netlink netlink = Netlink.open();
    try {
      Policy policy = possible(wish, netlink);
      NetlinkWatch watch = NetlinkWatch.open();
      HostNetwork n = new HostNetwork(netlink, watch, tun, mtu, tunAddresses, policy);
      try {
        n.setUp();
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

  private static Policy possible(Policy wish, Netlink netlink) {
    String why = wish.rules() ? RuleSupport.lack(netlink) : null;
    if (why == null) {
      return wish;
    }
    Log.warn(RuleSupport.text(why));
    return wish.inMainTable();
  }

  private void setUp() throws OsException {
    netlink.setMtu(tunIndex, tunMtu);
    netlink.setQueueLength(tunIndex, TUN_QUEUE);
    netlink.disableAddressGeneration(tunIndex);
    settings.stopRedirects(); // what is still sent, engine.Outbound drops
    for (AddressSpec a : usableAddresses()) {
      netlink.addAddress(tunIndex, a.address(), a.prefixLength());
    }
    netlink.setLinkUp(tunIndex);
    readAddresses();
  }

  /** Without those of IPv6 where that is switched off. */
  private List<AddressSpec> usableAddresses() {
    boolean ipv6 = settings.ipv6();
    return tunAddresses.stream().filter(a -> ipv6 || a.address().length == 4).toList();
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
    for (AddressSpec a : all) {
      if (a.interfaceIndex() != tunIndex) {
        out.add(Endpoint.of(a.address(), 0));
      }
    }
    addresses = out;
    tunnel.become(OwnNetworks.of(all, tunIndex));
  }

  /** Prefixes that are to have a route and have none, and why. Any thread. */
  public Map<Prefix, String> notSet() {
    return notSet;
  }

  /**
   * Routes these prefixes into the tunnel, and no others; endpoints stay reachable outside it.
   * Takes effect in turns, see {@link #deadline}.
   */
  public void route(Collection<Prefix> wanted, Set<Endpoint> peerEndpoints) {
    tunnel.become(wanted);
    endpoints = Set.copyOf(peerEndpoints);
    boolean ipv6 = settings.ipv6();
    List<RouteSpec> next = protection();
    next.addAll(tunnel.all(ipv6));
    own.become(next);
    rules.become(RulePlan.of(policy, tunnel.prefixes(), List.of(), ipv6));
    if (!ipv6) {
      tellIpv6();
    }
  }

  /** Sets all routes before it returns: when the daemon starts. */
  public void settle() {
    while (own.waiting()) {
      own.turn();
    }
    tellNotSet();
    lookedAt = BootClock.nanos();
  }

  private void tellNotSet() {
    Map<Prefix, String> all = own.refused();
    all.putAll(tunnel.taken());
    notSet = Map.copyOf(all);
  }

  @Override
  public long deadline() {
    return own.waiting() && tunUp ? 0 : lookedAt + (unsure ? SOON : LOOK);
  }

  @Override
  public void turn() {
    if (!tunUp) {
      lookedAt = BootClock.nanos();
      return;
    }
    if (!own.waiting()) {
      unsure = false;
      lookedAt = BootClock.nanos();
      own.recount();
      rules.repair();
    }
    own.turn();
    tellNotSet();
  }

  /** One line for what is left out because the host has no IPv6. */
  private void tellIpv6() {
    long routes = tunnel.prefixes().stream().filter(p -> !p.isIpv4()).count();
    long own = tunAddresses.stream().filter(a -> a.address().length == 16).count();
    if (!ipv6Told && routes + own > 0) {
      ipv6Told = true;
      Log.warn(
          "IPv6 is switched off on this host ("
              + settings.name("ipv6", "disable_ipv6")
              + "): left out "
              + own
              + " IPv6 addresses of "
              + tun.name()
              + " and "
              + routes
              + " IPv6 routes; IPv4 works");
    }
  }

  /** Inner packets to these prefixes should not be larger; the kernel then tells their senders. */
  public void innerMtu(List<Prefix> routes, int mtu) {
    tunnel.innerMtu(routes, mtu, settings.ipv6()).forEach(own::want);
  }

  /** What interface and route towards this address take, 0 if the kernel does not tell. */
  public int linkMtu(Endpoint endpoint) {
    try {
      return netlink.mtu(
          Prefix.of(endpoint.address(), 128).address(), policy.flow(endpoint.isIpv4()));
    } catch (OsException x) {
      Log.debug("no MTU to " + endpoint + ": " + x.getMessage());
      return 0;
    }
  }

  /** A host route past the tunnel for every endpoint that a routed prefix covers, without rules. */
  private List<RouteSpec> protection() {
    List<RouteSpec> out = new ArrayList<>();
    if (policy.rules() || !policy.routes()) {
      return out;
    }
    Bypass ways = new Bypass(netlink, tunIndex, policy, this::foreign, own.all());
    RouteTable<Prefix> routed =
        new RouteTable<>(tunnel.prefixes().stream().collect(Collectors.toMap(p -> p, p -> p)));
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

  /** Whether the kernel has a way to this address; true if it does not tell. */
  public boolean reachable(Endpoint endpoint) {
    try {
      return netlink.lookup(
              Prefix.of(endpoint.address(), 128).address(), policy.flow(endpoint.isIpv4()))
          != null;
    } catch (OsException x) {
      Log.debug("no answer on " + endpoint + ": " + x.getMessage());
      return true;
    }
  }

  @Override
  public void ready(ControlPlane plane) throws IOException {
    try {
      if (events()) {
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
      addTunAddresses();
    }
    if (changed || bare) {
      readAddresses();
      if (tunUp) {
        route(tunnel.prefixes(), endpoints);
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
        changed |= foreign(r.route());
      }
      case NetlinkEvent.RouteRemoved r -> {
        own.gone(r.route());
        changed |= foreign(r.route());
      }
      case NetlinkEvent.RuleRemoved r -> ruleGone |= rules.wants(r.rule());
      case NetlinkEvent.Overrun _ -> {
        changed = true;
        tunBare = true;
        unsure = true;
      }
    }
  }

  private void addTunAddresses() {
    for (AddressSpec a : usableAddresses()) {
      try {
        netlink.addAddress(tunIndex, a.address(), a.prefixLength());
      } catch (OsException e) {
        Log.error("address not set again: " + e.getMessage());
      }
    }
  }

  private boolean foreign(RouteSpec r) {
    return r.interfaceIndex() != tunIndex && r.protocol() != policy.protocol();
  }

  /** Takes the routes back; the interface goes with its device. */
  @Override
  public void close() {
    own.close();
    rules.close();
    watch.close();
    netlink.close();
  }
}
