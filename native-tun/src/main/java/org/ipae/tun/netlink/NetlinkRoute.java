// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import org.ipae.tun.kernel.Abi;

/** Route requests of rtnetlink. */
final class NetlinkRoute {
  private NetlinkRoute() {}

  static NetlinkMessage add(RouteSpec route, int flags) {
    NetlinkMessage request =
        route(Abi.RTM_NEWROUTE, Abi.NLM_F_ACK | Abi.NLM_F_CREATE | flags, route)
            .body8(Abi.RTM_TYPE, route.kind().type())
            // The kernel scopes IPv6 itself.
            .body8(
                Abi.RTM_SCOPE,
                route.prefix().length == 4 && route.interfaceIndex() != 0 && route.gateway() == null
                    ? Abi.RT_SCOPE_LINK
                    : Abi.RT_SCOPE_UNIVERSE);
    if (route.mtu() != 0) {
      int metrics = request.beginNest(Abi.RTA_METRICS);
      request.add(Abi.RTAX_MTU, route.mtu());
      request.endNest(metrics);
    }
    return request;
  }

  static NetlinkMessage remove(RouteSpec route) {
    return route(Abi.RTM_DELROUTE, Abi.NLM_F_ACK, route, route.effectiveMetric()) // 0 is any
        .body8(Abi.RTM_TYPE, route.kind().type())
        .body8(Abi.RTM_SCOPE, Abi.RT_SCOPE_NOWHERE); // any scope
  }

  private static NetlinkMessage route(int type, int flags, RouteSpec route) {
    return route(type, flags, route, route.metric());
  }

  private static NetlinkMessage route(int type, int flags, RouteSpec route, int metric) {
    boolean small = route.table() < 256;
    NetlinkMessage request =
        NetlinkMessage.request(type, flags, Abi.SIZEOF_RTMSG)
            .body8(Abi.RTM_FAMILY, Netlink.family(route.prefix()))
            .body8(Abi.RTM_DST_LEN, route.prefixLength())
            .body8(Abi.RTM_TABLE, small ? route.table() : Abi.RT_TABLE_UNSPEC)
            .body8(Abi.RTM_PROTOCOL, route.protocol())
            .add(Abi.RTA_DST, route.prefix())
            .add(Abi.RTA_TABLE, route.table());
    if (route.interfaceIndex() != 0) {
      request.add(Abi.RTA_OIF, route.interfaceIndex());
    }
    if (metric != 0) {
      request.add(Abi.RTA_PRIORITY, metric);
    }
    byte[] gateway = route.gateway();
    if (gateway != null) {
      request.add(Abi.RTA_GATEWAY, gateway);
    }
    return request;
  }

  /** IPv6 always tells the table, and knows no such flag. */
  private static int tableFlag(byte[] destination) {
    return destination.length == 4 ? Abi.RTM_F_LOOKUP_TABLE : 0;
  }

  static NetlinkMessage lookup(byte[] destination, Flow flow) {
    NetlinkMessage request =
        NetlinkMessage.request(Abi.RTM_GETROUTE, Abi.NLM_F_ACK, Abi.SIZEOF_RTMSG)
            .body8(Abi.RTM_FAMILY, Netlink.family(destination))
            .body8(Abi.RTM_DST_LEN, destination.length * 8)
            .body32(Abi.RTM_FLAGS, tableFlag(destination))
            .add(Abi.RTA_DST, destination);
    if (flow.mark() != 0) {
      request.add(Abi.RTA_MARK, flow.mark());
    }
    if (flow.interfaceIndex() != 0) {
      request.add(Abi.RTA_OIF, flow.interfaceIndex());
    }
    byte[] source = flow.source();
    if (source != null) {
      request.body8(Abi.RTM_SRC_LEN, source.length * 8).add(Abi.RTA_SRC, source);
    }
    if (flow.port() != 0) {
      byte[] port = {(byte) (flow.port() >> 8), (byte) flow.port()};
      request.add(Abi.RTA_IP_PROTO, new byte[] {Abi.IPPROTO_UDP}).add(Abi.RTA_SPORT, port);
    }
    return request;
  }

  /** The same, for the route itself as somebody made it, without what the kernel has learnt. */
  static NetlinkMessage match(byte[] destination, Flow flow) {
    return lookup(destination, flow)
        .body32(Abi.RTM_FLAGS, Abi.RTM_F_FIB_MATCH | tableFlag(destination));
  }
}
