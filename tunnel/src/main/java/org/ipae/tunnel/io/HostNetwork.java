package org.ipae.tunnel.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.tun.AddressSpec;
import org.ipae.tun.Netlink;
import org.ipae.tun.NetlinkEvent;
import org.ipae.tun.NetlinkWatch;
import org.ipae.tun.OsException;
import org.ipae.tun.RouteLookup;
import org.ipae.tun.RouteSpec;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Interface, addresses and routes of the node: sets them, repairs what others delete, takes them
 * back. The control thread, apart from {@link #open} and {@link #close}.
 */
final class HostNetwork implements AutoCloseable {

  /**
   * Numbers that the operator may choose.
   *
   * @param metric 0 for the kernel's
   * @param mark firewall mark of own datagrams, 0 for none
   */
  record Numbers(int table, int protocol, int metric, int mark) {}

  /**
   * Packets that wait in the TUN device: without superpackets one burst of TCP is some hundred
   * packets, and the kernel's 500 overflow.
   */
  private static final int TUN_QUEUE = 2_000;

  private final Netlink netlink;
  private final NetlinkWatch watch;
  private final int tunIndex;
  private final Numbers numbers;
  private final Set<RouteSpec> installed = new LinkedHashSet<>();
  private final int tunMtu;
  private final Map<Prefix, Integer> innerMtus = new HashMap<>();
  private List<Prefix> prefixes = List.of();
  private Set<Endpoint> endpoints = Set.of();
  private Set<Endpoint> addresses = Set.of();

  private HostNetwork(
      Netlink netlink, NetlinkWatch watch, int tunIndex, int tunMtu, Numbers numbers) {
    this.netlink = netlink;
    this.watch = watch;
    this.tunIndex = tunIndex;
    this.tunMtu = tunMtu;
    this.numbers = numbers;
  }

  /** Brings the interface up with its addresses; routes come with {@link #route}. */
  static HostNetwork open(int tunIndex, int mtu, List<AddressSpec> tunAddresses, Numbers numbers)
      throws IOException {
    Netlink netlink = Netlink.open();
    NetlinkWatch watch = NetlinkWatch.open();
    HostNetwork n = new HostNetwork(netlink, watch, tunIndex, mtu, numbers);
    netlink.setMtu(tunIndex, mtu);
    netlink.setQueueLength(tunIndex, TUN_QUEUE);
    netlink.disableAddressGeneration(tunIndex);
    for (AddressSpec a : tunAddresses) {
      netlink.addAddress(tunIndex, a.address(), a.prefixLength());
    }
    netlink.setLinkUp(tunIndex);
    n.addresses = n.readAddresses();
    return n;
  }

  int descriptor() {
    return watch.descriptor();
  }

  /** Own addresses outside the tunnel, with port 0. */
  Set<Endpoint> addresses() {
    return addresses;
  }

  private Set<Endpoint> readAddresses() throws OsException {
    Set<Endpoint> out = new HashSet<>();
    for (AddressSpec a : netlink.addresses()) {
      if (a.interfaceIndex() != tunIndex) {
        out.add(Endpoint.of(a.address(), 0));
      }
    }
    return out;
  }

  /** Routes these prefixes into the tunnel, and no others; endpoints stay reachable outside it. */
  void route(List<Prefix> wanted, Set<Endpoint> peerEndpoints) {
    prefixes = List.copyOf(wanted);
    endpoints = Set.copyOf(peerEndpoints);
    innerMtus.keySet().retainAll(wanted);
    Set<RouteSpec> next = protection();
    for (Prefix p : wanted) {
      int mtu = routeMtu(p);
      if (p.length() == 0) {
        // Two halves: an existing default route stays as it is, and comes back by itself.
        byte[] half = new byte[p.address().length];
        next.add(tunnelRoute(half.clone(), 1, mtu));
        half[0] = (byte) 0x80;
        next.add(tunnelRoute(half, 1, mtu));
      } else {
        next.add(tunnelRoute(p.address(), p.length(), mtu));
      }
    }
    for (RouteSpec old : List.copyOf(installed)) {
      if (next.stream().noneMatch(r -> samePlace(old, r) && old.metric() == r.metric())) {
        remove(old);
      } else if (!next.contains(old)) {
        installed.remove(old); // it is replaced: at no time is there no route
      }
    }
    for (RouteSpec fresh : next) {
      if (!installed.contains(fresh)) {
        add(fresh);
      }
    }
  }

  /** Inner packets to these prefixes should not be larger; the kernel then tells their senders. */
  void innerMtu(List<Prefix> routes, int mtu) {
    routes.forEach(p -> innerMtus.put(p, mtu));
    if (prefixes.stream().anyMatch(routes::contains)) {
      route(prefixes, endpoints);
    }
  }

  /** 0 leaves it to the interface. */
  private int routeMtu(Prefix p) {
    int mtu = innerMtus.getOrDefault(p, tunMtu);
    return mtu < tunMtu ? mtu : 0;
  }

  private RouteSpec tunnelRoute(byte[] address, int length, int mtu) {
    return new RouteSpec(
        address, length, tunIndex, numbers.table(), numbers.protocol(), numbers.metric(), mtu);
  }

  /** What interface and route towards this address take, 0 if the kernel does not tell. */
  int linkMtu(Endpoint endpoint) {
    try {
      return netlink.mtu(Prefix.of(endpoint.address(), 128).address(), numbers.mark());
    } catch (OsException x) {
      Log.LOG.log(System.Logger.Level.DEBUG, "no MTU to " + endpoint + ": " + x.getMessage());
      return 0;
    }
  }

  /** A host route past the tunnel for every endpoint that a routed prefix covers. */
  private Set<RouteSpec> protection() {
    Set<RouteSpec> out = new LinkedHashSet<>();
    for (Endpoint e : endpoints) {
      if (prefixes.stream().noneMatch(p -> p.contains(e.hi(), e.lo()))) {
        continue;
      }
      byte[] address = Prefix.of(e.address(), 128).address();
      try {
        RouteLookup now = netlink.lookup(address, numbers.mark());
        if (now != null && now.interfaceIndex() != tunIndex) {
          out.add(
              new RouteSpec(
                  address,
                  address.length * 8,
                  now.interfaceIndex(),
                  now.gateway(),
                  numbers.table(),
                  numbers.protocol(),
                  numbers.metric(),
                  0));
        }
      } catch (OsException x) {
        Log.LOG.log(System.Logger.Level.WARNING, "no way to " + e.host() + ": " + x.getMessage());
      }
    }
    return out;
  }

  /** Whether the kernel has a way to this address; true if it does not tell. */
  boolean reachable(Endpoint endpoint) {
    try {
      return netlink.lookup(Prefix.of(endpoint.address(), 128).address(), numbers.mark()) != null;
    } catch (OsException x) {
      Log.LOG.log(System.Logger.Level.DEBUG, "no answer on " + endpoint + ": " + x.getMessage());
      return true;
    }
  }

  private void add(RouteSpec route) {
    try {
      netlink.addRoute(route);
      installed.add(route);
    } catch (OsException e) {
      Log.LOG.log(
          System.Logger.Level.ERROR,
          "route "
              + route
              + " not set: "
              + e.getMessage()
              + "; remove the other route, or give ours a metric of its own");
    }
  }

  private void remove(RouteSpec route) {
    installed.remove(route);
    try {
      netlink.removeRoute(route);
    } catch (OsException e) {
      Log.LOG.log(System.Logger.Level.DEBUG, "route not removed: " + e.getMessage());
    }
  }

  /**
   * Reads what has happened and repairs own routes.
   *
   * @return whether own addresses or the ways out have changed
   */
  boolean events() throws IOException {
    List<NetlinkEvent> events = new ArrayList<>();
    watch.read(events::add);
    boolean changed = false;
    boolean repair = false;
    for (NetlinkEvent e : events) {
      switch (e) {
        case NetlinkEvent.AddressAdded a -> changed |= a.address().interfaceIndex() != tunIndex;
        case NetlinkEvent.AddressRemoved a -> changed |= a.address().interfaceIndex() != tunIndex;
        case NetlinkEvent.LinkChanged l -> changed |= l.index() != tunIndex;
        case NetlinkEvent.RouteAdded r -> changed |= foreign(r.route());
        case NetlinkEvent.RouteRemoved r -> {
          repair |= installed.removeIf(own -> samePlace(own, r.route()));
          changed |= foreign(r.route());
        }
        case NetlinkEvent.Overrun _ -> {
          changed = true;
          repair = true;
          installed.clear();
        }
      }
    }
    if (changed || repair) {
      addresses = readAddresses();
      if (changed) {
        // Own host routes would hide where the kernel would send now.
        for (RouteSpec r : List.copyOf(installed)) {
          if (r.interfaceIndex() != tunIndex) {
            remove(r);
          }
        }
      }
      route(prefixes, endpoints);
    }
    return changed;
  }

  /** Equal but for the metric, which the kernel may have chosen. */
  private static boolean samePlace(RouteSpec a, RouteSpec b) {
    return Arrays.equals(a.prefix(), b.prefix())
        && a.prefixLength() == b.prefixLength()
        && a.interfaceIndex() == b.interfaceIndex()
        && a.table() == b.table()
        && a.protocol() == b.protocol();
  }

  private boolean foreign(RouteSpec r) {
    return r.interfaceIndex() != tunIndex && r.protocol() != numbers.protocol();
  }

  /** Takes the routes back; the interface goes with its device. */
  @Override
  public void close() {
    for (RouteSpec r : List.copyOf(installed)) {
      remove(r);
    }
    watch.close();
    netlink.close();
  }
}
