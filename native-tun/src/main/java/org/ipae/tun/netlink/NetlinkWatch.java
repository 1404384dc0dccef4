// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.List;
import java.util.function.Consumer;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;
import org.jspecify.annotations.Nullable;

/**
 * Tells when addresses, links or routes of the network namespace change, whoever changes them. One
 * thread.
 */
public final class NetlinkWatch implements AutoCloseable {
  /** Bytes of events that may wait: somebody may delete thousands of routes. */
  private static final int BUFFER = 8 << 20;

  private final NetlinkSocket socket;

  private NetlinkWatch(NetlinkSocket socket) {
    this.socket = socket;
  }

  /**
   * Watches the calling thread's network namespace from now on. Needs no privilege.
   *
   * @throws OsException if the kernel gives no socket
   */
  public static NetlinkWatch open() throws OsException {
    int groups =
        Abi.RTMGRP_LINK
            | Abi.RTMGRP_IPV4_IFADDR
            | Abi.RTMGRP_IPV6_IFADDR
            | Abi.RTMGRP_IPV4_ROUTE
            | Abi.RTMGRP_IPV6_ROUTE
            | Abi.RTMGRP_IPV4_RULE
            | Abi.RTMGRP_IPV6_RULE;
    NetlinkSocket socket = new NetlinkSocket(groups, false);
    socket.receiveBuffer(BUFFER);
    return new NetlinkWatch(socket);
  }

  /**
   * As {@link #open()}, without what {@code own} changes: whoever sets ten thousand routes knows
   * it. What follows from such a change is told, as is what a kernel without socket filters tells.
   */
  public static NetlinkWatch open(Netlink own) throws OsException {
    NetlinkWatch watch = open();
    int port = own.port();
    if (port != 0) {
      watch.socket.ignore(port);
    }
    return watch;
  }

  /** The file descriptor to poll. */
  public int descriptor() {
    return socket.descriptor();
  }

  /**
   * Hands over the events that wait, in order, without blocking.
   *
   * @return events handed over; 0 = nothing there
   * @throws OsException if the socket is broken
   */
  public int read(Consumer<NetlinkEvent> to) throws OsException {
    int events = 0;
    while (true) {
      List<NetlinkMessage> messages;
      try {
        messages = socket.receive();
      } catch (OsException e) {
        if (e.errno() != Errno.ENOBUFS) {
          throw e;
        }
        to.accept(new NetlinkEvent.Overrun());
        events++;
        continue;
      }
      if (messages.isEmpty()) {
        return events;
      }
      for (NetlinkMessage message : messages) {
        NetlinkEvent event = event(message);
        if (event != null) {
          to.accept(event);
          events++;
        }
      }
    }
  }

  private static @Nullable NetlinkEvent event(NetlinkMessage message) {
    return switch (message.type()) {
      case Abi.RTM_NEWLINK, Abi.RTM_DELLINK -> NetlinkReader.link(message);
      case Abi.RTM_NEWADDR, Abi.RTM_DELADDR -> address(message);
      case Abi.RTM_NEWROUTE, Abi.RTM_DELROUTE -> route(message);
      case Abi.RTM_DELRULE -> ruleRemoved(message);
      default -> null;
    };
  }

  private static @Nullable NetlinkEvent ruleRemoved(NetlinkMessage message) {
    RuleSpec rule = NetlinkReader.rule(message);
    return rule == null ? null : new NetlinkEvent.RuleRemoved(rule);
  }

  private static @Nullable NetlinkEvent address(NetlinkMessage message) {
    AddressSpec address = NetlinkReader.address(message);
    if (address == null) {
      return null;
    }
    return message.type() == Abi.RTM_NEWADDR
        ? new NetlinkEvent.AddressAdded(address)
        : new NetlinkEvent.AddressRemoved(address);
  }

  private static @Nullable NetlinkEvent route(NetlinkMessage message) {
    RouteSpec route = NetlinkReader.place(message);
    if (route == null) {
      return null;
    }
    return message.type() == Abi.RTM_NEWROUTE
        ? new NetlinkEvent.RouteAdded(route)
        : new NetlinkEvent.RouteRemoved(route);
  }

  @Override
  public void close() {
    socket.close();
  }
}
