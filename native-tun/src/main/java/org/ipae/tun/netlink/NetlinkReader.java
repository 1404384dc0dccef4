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
        message.body32(Abi.IFA_INDEX),
        address,
        message.body8(Abi.IFA_PREFIXLEN),
        address.length == 16 && (message.body8(Abi.IFA_FLAGS) & Abi.IFA_F_TEMPORARY) != 0);
  }

  /** Unicast routes of the tables, not the cached ones. */
  static @Nullable RouteSpec route(NetlinkMessage message) {
    return message.holds(Abi.SIZEOF_RTMSG) && message.body8(Abi.RTM_TYPE) == Abi.RTN_UNICAST
        ? spec(message, RouteSpec.Kind.UNICAST)
        : null;
  }

  /** The same, and routes that lead nowhere, with interface 0. */
  static @Nullable RouteSpec place(NetlinkMessage message) {
    if (!message.holds(Abi.SIZEOF_RTMSG)) {
      return null;
    }
    RouteSpec.Kind kind = RouteSpec.Kind.of(message.body8(Abi.RTM_TYPE));
    return kind == null ? null : spec(message, kind);
  }

  private static @Nullable RouteSpec spec(NetlinkMessage message, RouteSpec.Kind kind) {
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
    // IPv6 routes that end the search are on the loopback interface.
    boolean unicast = kind == RouteSpec.Kind.UNICAST;
    return new RouteSpec(
        kind,
        prefix,
        message.body8(Abi.RTM_DST_LEN),
        unicast ? message.attribute32(body, Abi.RTA_OIF, 0) : 0,
        message.attribute(body, Abi.RTA_GATEWAY),
        message.attribute32(body, Abi.RTA_TABLE, message.body8(Abi.RTM_TABLE)),
        message.body8(Abi.RTM_PROTOCOL),
        message.attribute32(body, Abi.RTA_PRIORITY, 0),
        message.nested32(body, Abi.RTA_METRICS, Abi.RTAX_MTU));
  }

  /** Rules of the kinds that {@link RuleSpec} has. */
  static @Nullable RuleSpec rule(NetlinkMessage message) {
    int body = Abi.SIZEOF_FIB_RULE_HDR;
    if (!message.holds(body) || addressBytes(message.body8(Abi.FIB_RULE_FAMILY)) == 0) {
      return null;
    }
    RuleSpec.Action action = action(message);
    byte[] protocol = message.attribute(body, Abi.FRA_PROTOCOL);
    return action == null
        ? null
        : new RuleSpec(
            message.body8(Abi.FIB_RULE_FAMILY) == Abi.AF_INET,
            message.attribute32(body, Abi.FRA_PRIORITY, 0),
            protocol == null ? 0 : protocol[0] & 0xff,
            action);
  }

  private static RuleSpec.@Nullable Action action(NetlinkMessage message) {
    int body = Abi.SIZEOF_FIB_RULE_HDR;
    int ports = message.attribute32(body, Abi.FRA_SPORT_RANGE, 0);
    return switch (message.body8(Abi.FIB_RULE_ACTION)) {
      case Abi.FR_ACT_TO_TBL ->
          new RuleSpec.Lookup(
              message.attribute32(body, Abi.FRA_TABLE, message.body8(Abi.FIB_RULE_TABLE)),
              message.attribute32(body, Abi.FRA_SUPPRESS_PREFIXLEN, RuleSpec.Lookup.ALL));
      case Abi.FR_ACT_GOTO ->
          new RuleSpec.PortsSkipTo(
              message.attribute32(body, Abi.FRA_GOTO, 0), ports & 0xffff, ports >>> 16);
      case Abi.FR_ACT_NOP -> new RuleSpec.Target(ports & 0xffff, ports >>> 16);
      default -> null;
    };
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
        type == Abi.RTN_LOCAL,
        message.attribute32(body, Abi.RTA_TABLE, message.body8(Abi.RTM_TABLE)),
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
