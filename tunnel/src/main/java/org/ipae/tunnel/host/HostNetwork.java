// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
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
  private final TunInterface link;
  private final int tunIndex;
  private final HeldFile file;
  private Routing routing;
  private Set<Endpoint> addresses = Set.of();
  private Set<Endpoint> lasting = Set.of(); // of these
  private Set<Endpoint> gained = Set.of(); // and last come

  /** Why prefixes have no route. */
  private volatile Map<Prefix, String> notSet = Map.of();

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
      TunInterface link,
      Policy policy,
      HeldFile file,
      Hold.Outcome before) {
    this.netlink = netlink;
    this.watch = watch;
    this.link = link;
    this.file = file;
    tunIndex = link.index();
    routing = new Routing(netlink, link, policy, file, before);
  }

  /**
   * Brings the interface up with its addresses; routes come with {@link #route}.
   *
   * @param before what is held shut since a moment ago
   */
  public static HostNetwork open(
      Link tun, TunWish wish, Policy policy, HeldFile file, Hold.Outcome before)
      throws IOException {
    Netlink netlink = Netlink.open();
    try {
      Policy possible = RuleSupport.possible(policy, netlink, Log::warn);
      NetlinkWatch watch = NetlinkWatch.open(netlink);
      TunInterface link = new TunInterface(netlink, tun, wish);
      HostNetwork n = new HostNetwork(netlink, watch, link, possible, file, before);
      try {
        link.setUp();
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

  /**
   * Gives the interface other settings.
   *
   * @throws OsException if the kernel refuses one of them; then those of before stay
   */
  public void become(TunWish wish) throws OsException {
    link.become(wish);
    routing.route();
  }

  /** Own datagrams may leave from the ports of this policy too, until {@link #become(Policy)}. */
  public void expect(Policy next) {
    routing.expect(next);
  }

  /**
   * Keeps routes and rules by another policy from now on. Takes effect in turns; at no time is a
   * prefix open that was not.
   */
  public void become(Policy wish) {
    Policy policy = RuleSupport.possible(wish, netlink, Log::warn);
    if (!policy.equals(routing.policy())) {
      routing = routing.followed(policy, file);
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
    routing.become(OwnNetworks.of(all, tunIndex));
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
    routing.become(wanted, peerEndpoints);
  }

  /** Sets all routes before it returns: when the daemon starts. */
  public void settle() {
    routing.finish();
    notSet = routing.notSet();
    lookedAt = BootClock.nanos() - LOOK + FIRST;
  }

  @Override
  public long deadline() {
    return routing.waiting(tunUp) ? 0 : lookedAt + (unsure ? SOON : LOOK);
  }

  @Override
  public void turn() {
    if (!routing.waiting(tunUp)) {
      unsure = false;
      lookedAt = BootClock.nanos();
      routing.look(tunUp);
    }
    routing.turn(tunUp);
    notSet = routing.notSet();
  }

  /** Inner packets to these prefixes should not be larger; the kernel then tells their senders. */
  public void innerMtu(List<Prefix> routes, int mtu) {
    routing.innerMtu(routes, mtu);
  }

  /** What interface and route towards this address take, bytes; 0 if the kernel does not tell. */
  public int linkMtu(Endpoint endpoint) {
    return routing.ways().linkMtu(endpoint);
  }

  /** How the kernel would send to this address now; null if it does not tell, or has no way. */
  public @Nullable Uplink uplink(Endpoint endpoint) {
    return routing.ways().uplink(endpoint);
  }

  /** Whether the kernel has a way to this address; true if it does not tell. */
  public boolean reachable(Endpoint endpoint) {
    return routing.ways().reachable(endpoint);
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
              + link.name()
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
      routing.repairRules();
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
        routing.route();
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
        unsure |= routing.added(r.route());
        changed |= routing.ways().foreign(r.route());
      }
      case NetlinkEvent.RouteRemoved r -> {
        routing.gone(r.route());
        changed |= routing.ways().foreign(r.route());
      }
      case NetlinkEvent.RuleRemoved r -> ruleGone |= routing.wants(r.rule());
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
    routing.close();
    watch.close();
    netlink.close();
  }
}
