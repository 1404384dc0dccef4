// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ipae.tun.kernel.Abi;
import org.jspecify.annotations.Nullable;

/** Received rtnetlink messages as records. Null = not of a kind this module deals with. */
final class NetlinkReader {
  private NetlinkReader() {}

  static @Nullable AddressSpec address(NetlinkMessage message) {
    int body = Abi.SIZEOF_IFADDRMSG;
    if (!message.holds(body)) {
      return null;
    }
    // On a point-to-point link IFA_ADDRESS is the other end.
    byte[] address = message.attribute(body, Abi.IFA_LOCAL);
    if (address == null) {
      address = message.attribute(body, Abi.IFA_ADDRESS);
    }
    if (address == null || address.length != addressBytes(message.body8(Abi.IFA_FAMILY))) {
      return null;
    }
    return new AddressSpec(
        message.body32(Abi.IFA_INDEX), address, message.body8(Abi.IFA_PREFIXLEN));
  }

  /** Unicast routes of the tables, not the cached ones. */
  static @Nullable RouteSpec route(NetlinkMessage message) {
    return message.holds(Abi.SIZEOF_RTMSG) && message.body8(Abi.RTM_TYPE) == Abi.RTN_UNICAST
        ? spec(message)
        : null;
  }

  /** The same, and routes that lead nowhere, with interface 0. */
  static @Nullable RouteSpec place(NetlinkMessage message) {
    if (!message.holds(Abi.SIZEOF_RTMSG)) {
      return null;
    }
    int type = message.body8(Abi.RTM_TYPE);
    RouteSpec s =
        type == Abi.RTN_UNICAST || (type >= Abi.RTN_BLACKHOLE && type <= Abi.RTN_THROW)
            ? spec(message)
            : null;
    // IPv6 routes that lead nowhere are on the loopback interface.
    return s == null || type == Abi.RTN_UNICAST ? s : s.nowhere();
  }

  private static @Nullable RouteSpec spec(NetlinkMessage message) {
    int body = Abi.SIZEOF_RTMSG;
    if ((message.body32(Abi.RTM_FLAGS) & Abi.RTM_F_CLONED) != 0) {
      return null;
    }
    int bytes = addressBytes(message.body8(Abi.RTM_FAMILY));
    byte[] prefix = message.attribute(body, Abi.RTA_DST);
    if (prefix == null) {
      prefix = new byte[bytes]; // the default route names none
    }
    if (bytes == 0 || prefix.length != bytes) {
      return null;
    }
    return new RouteSpec(
        prefix,
        message.body8(Abi.RTM_DST_LEN),
        message.attribute32(body, Abi.RTA_OIF, 0),
        message.attribute(body, Abi.RTA_GATEWAY),
        message.attribute32(body, Abi.RTA_TABLE, message.body8(Abi.RTM_TABLE)),
        message.body8(Abi.RTM_PROTOCOL),
        message.attribute32(body, Abi.RTA_PRIORITY, 0),
        message.nested32(body, Abi.RTA_METRICS, Abi.RTAX_MTU));
  }

  static @Nullable RouteLookup lookup(NetlinkMessage message) {
    int body = Abi.SIZEOF_RTMSG;
    if (message.type() != Abi.RTM_NEWROUTE || !message.holds(body)) {
      return null;
    }
    int type = message.body8(Abi.RTM_TYPE);
    if (type != Abi.RTN_UNICAST && type != Abi.RTN_LOCAL) {
      return null;
    }
    byte[] gateway = message.attribute(body, Abi.RTA_GATEWAY);
    byte[] via = message.attribute(body, Abi.RTA_VIA); // family u16, then the address
    if (gateway == null && via != null && via.length > 2) {
      gateway = Arrays.copyOfRange(via, 2, via.length);
    }
    return new RouteLookup(
        message.attribute32(body, Abi.RTA_OIF, 0),
        gateway,
        message.attribute(body, Abi.RTA_PREFSRC),
        message.nested32(body, Abi.RTA_METRICS, Abi.RTAX_MTU));
  }

  static NetlinkEvent.@Nullable LinkChanged link(NetlinkMessage message) {
    int body = Abi.SIZEOF_IFINFOMSG;
    // Bridges tell about their ports in AF_BRIDGE messages that say nothing on the link.
    if (!message.holds(body) || message.body8(0) != Abi.AF_UNSPEC) {
      return null;
    }
    byte[] name = message.attribute(body, Abi.IFLA_IFNAME);
    return new NetlinkEvent.LinkChanged(
        message.body32(Abi.IFI_INDEX),
        name == null || name.length == 0
            ? ""
            : new String(name, 0, name.length - 1, StandardCharsets.UTF_8),
        (message.body32(Abi.IFI_FLAGS) & Abi.IFF_UP) != 0,
        message.attribute32(body, Abi.IFLA_MTU, 0),
        message.type() == Abi.RTM_DELLINK);
  }

  private static int addressBytes(int family) {
    return switch (family) {
      case Abi.AF_INET -> 4;
      case Abi.AF_INET6 -> 16;
      default -> 0;
    };
  }
}
