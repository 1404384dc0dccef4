// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.Prefix;

/** The interface of the tunnel: its settings and addresses. */
final class TunInterface {
  /**
   * Packets that wait in the TUN device: without superpackets one burst of TCP is some hundred
   * packets, and the kernel's 500 overflow.
   */
  private static final int QUEUE = 2_000;

  private final Netlink netlink;
  private final HostNetwork.Link link;
  private final Sysctl settings;
  private TunWish wish;
  private boolean ipv6Told;

  TunInterface(Netlink netlink, HostNetwork.Link link, TunWish wish) {
    this.netlink = netlink;
    this.link = link;
    this.wish = wish;
    settings = Sysctl.of(link.name());
  }

  int index() {
    return link.index();
  }

  String name() {
    return link.name();
  }

  /** Bytes. */
  int mtu() {
    return wish.mtu();
  }

  /** Brings it up. */
  void setUp() throws OsException {
    netlink.setMtu(link.index(), wish.mtu());
    netlink.setQueueLength(link.index(), QUEUE);
    netlink.disableAddressGeneration(link.index());
    settings.stopRedirects(); // what is still sent, engine.Outbound drops
    for (AddressSpec a : usable()) {
      add(a);
    }
    netlink.setLinkUp(link.index());
  }

  /**
   * Gives it other settings.
   *
   * @throws OsException if the kernel refuses one; then those of before stay
   */
  void become(TunWish next) throws OsException {
    TunWish before = wish;
    List<AddressSpec> fresh = new ArrayList<>(next.addresses());
    fresh.removeAll(before.addresses());
    List<AddressSpec> added = new ArrayList<>();
    try {
      if (next.mtu() != before.mtu()) {
        netlink.setMtu(link.index(), next.mtu());
      }
      for (AddressSpec a : usable(fresh)) {
        add(a);
        added.add(a);
      }
    } catch (OsException e) {
      added.forEach(this::remove);
      netlink.setMtu(link.index(), before.mtu());
      throw e;
    }
    wish = next;
    List<AddressSpec> old = new ArrayList<>(before.addresses());
    old.removeAll(next.addresses());
    old.forEach(this::remove);
  }

  private void add(AddressSpec a) throws OsException {
    netlink.addAddress(link.index(), a.address(), a.prefixLength());
  }

  private void remove(AddressSpec a) {
    try {
      netlink.removeAddress(link.index(), a.address(), a.prefixLength());
    } catch (OsException e) {
      Log.debug("address not removed: " + e.getMessage()); // somebody else has
    }
  }

  /** Gives it its addresses again. */
  void repair() {
    for (AddressSpec a : usable()) {
      try {
        add(a);
      } catch (OsException e) {
        Log.error("address not set again: " + e.getMessage());
      }
    }
  }

  /** Without those of IPv6 where that is switched off. */
  private List<AddressSpec> usable() {
    return usable(wish.addresses());
  }

  private List<AddressSpec> usable(List<AddressSpec> addresses) {
    boolean ipv6 = ipv6();
    return addresses.stream().filter(a -> ipv6 || a.address().length == 4).toList();
  }

  boolean ipv6() {
    return settings.ipv6();
  }

  /** One line for what is left out because the host has no IPv6. */
  void tellIpv6(Collection<Prefix> prefixes) {
    long routes = prefixes.stream().filter(p -> !p.isIpv4()).count();
    long own = wish.addresses().stream().filter(a -> a.address().length == 16).count();
    if (!ipv6Told && routes + own > 0) {
      ipv6Told = true;
      Log.warn(
          "IPv6 is switched off on this host ("
              + settings.name("ipv6", "disable_ipv6")
              + "): left out "
              + own
              + " IPv6 addresses of "
              + link.name()
              + " and "
              + routes
              + " IPv6 routes; IPv4 works");
    }
  }
}
