// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.ipae.tun.Errno;
import org.ipae.tun.IpText;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;
import org.jspecify.annotations.Nullable;

/**
 * Links, addresses and routes of one network namespace, by rtnetlink. Each request waits for the
 * kernel's answer, which comes at once. Changes need CAP_NET_ADMIN (EPERM). Any thread, one request
 * at a time.
 */
public final class Netlink implements AutoCloseable {
  // A tenth of a second at most: a link that is down may get the route only when it comes up.
  private static final int ROUTE_WAITS = 200;
  private static final long ROUTE_WAIT_NANOS = 500_000;

  private final NetlinkRequests socket;

  Netlink(NetlinkRequests socket) {
    this.socket = socket;
  }

  /**
   * A request socket in the calling thread's network namespace, where it stays.
   *
   * @throws OsException if the kernel gives no socket
   */
  public static Netlink open() throws OsException {
    return new Netlink(new NetlinkSocket(0, true));
  }

  // ---- links

  /**
   * The index of an interface.
   *
   * @throws OsException ENODEV: there is none of this name
   */
  public synchronized int linkIndex(String name) throws OsException {
    NetlinkMessage request =
        NetlinkMessage.request(Abi.RTM_GETLINK, Abi.NLM_F_ACK, Abi.SIZEOF_IFINFOMSG);
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length == 0 || text.length >= Abi.IFNAMSIZ) {
      throw new OsException("RTM_GETLINK " + name, Errno.ENODEV);
    }
    request.add(Abi.IFLA_IFNAME, Arrays.copyOf(text, text.length + 1));
    for (NetlinkMessage answer : socket.ask(request, "RTM_GETLINK " + name)) {
      if (answer.type() == Abi.RTM_NEWLINK) {
        return answer.body32(Abi.IFI_INDEX);
      }
    }
    throw new OsException("RTM_GETLINK " + name, Errno.ENODEV);
  }

  /** Brings an interface up. */
  public void setLinkUp(int index) throws OsException {
    NetlinkMessage request = link(index);
    request.body32(Abi.IFI_FLAGS, Abi.IFF_UP).body32(Abi.IFI_CHANGE, Abi.IFF_UP);
    ask(request, "RTM_NEWLINK " + index + " up");
  }

  /** Sets an interface's MTU, in bytes. EINVAL: below 68 or above what the link can do. */
  public void setMtu(int index, int mtu) throws OsException {
    ask(link(index).add(Abi.IFLA_MTU, mtu), "RTM_NEWLINK " + index + " mtu " + mtu);
  }

  /**
   * Sets how many packets wait for an interface's reader before the kernel drops them.
   *
   * @return false if this kernel cannot
   */
  public boolean setQueueLength(int index, int packets) throws OsException {
    return askIfKnown(
        link(index).add(Abi.IFLA_TXQLEN, packets),
        "RTM_NEWLINK " + index + " txqueuelen " + packets);
  }

  /**
   * Keeps the kernel from giving an interface a link-local IPv6 address of its own (addrgenmode
   * none). Before it is brought up.
   *
   * @return false if this kernel cannot, as one without IPv6
   */
  public boolean disableAddressGeneration(int index) throws OsException {
    NetlinkMessage request = link(index);
    int families = request.beginNest(Abi.IFLA_AF_SPEC);
    int inet6 = request.beginNest(Abi.AF_INET6);
    request.add(Abi.IFLA_INET6_ADDR_GEN_MODE, new byte[] {Abi.IN6_ADDR_GEN_MODE_NONE});
    request.endNest(inet6);
    request.endNest(families);
    return askIfKnown(request, "RTM_NEWLINK " + index + " addrgenmode none");
  }

  private static NetlinkMessage link(int index) {
    return NetlinkMessage.request(Abi.RTM_NEWLINK, Abi.NLM_F_ACK, Abi.SIZEOF_IFINFOMSG)
        .body32(Abi.IFI_INDEX, index);
  }

  // ---- addresses

  /**
   * Gives an interface an address, usable at once (no duplicate address detection). One that is
   * there already is fine. For IPv6 waits up to a tenth of a second until packets can reach it.
   *
   * @param address 4 or 16 bytes in network order
   * @param prefixLength bits; less than all also makes a route to the prefix
   */
  public void addAddress(int index, byte[] address, int prefixLength) throws OsException {
    int flags = Abi.NLM_F_CREATE | Abi.NLM_F_REPLACE;
    NetlinkMessage request = address(Abi.RTM_NEWADDR, flags, index, address, prefixLength);
    if (address.length == 16) {
      request.body8(Abi.IFA_FLAGS, Abi.IFA_F_NODAD);
    }
    ask(request, "RTM_NEWADDR " + new AddressSpec(index, address, prefixLength));
    // The kernel makes the route to an own IPv6 address in a work queue; before, nothing reaches
    // it.
    for (int i = 0; i < ROUTE_WAITS && address.length == 16 && !isLocal(address); i++) {
      LockSupport.parkNanos(ROUTE_WAIT_NANOS);
    }
  }

  /** Takes an address from an interface. EADDRNOTAVAIL: it has no such address. */
  public void removeAddress(int index, byte[] address, int prefixLength) throws OsException {
    ask(
        address(Abi.RTM_DELADDR, 0, index, address, prefixLength),
        "RTM_DELADDR " + new AddressSpec(index, address, prefixLength));
  }

  private synchronized boolean isLocal(byte[] address) throws OsException {
    try {
      NetlinkMessage request = NetlinkRoute.lookup(address, Flow.ANY);
      return socket.ask(request, "RTM_GETROUTE " + IpText.of(address)).stream()
          .anyMatch(answer ->
              answer.type() == Abi.RTM_NEWROUTE
                  && answer.holds(Abi.SIZEOF_RTMSG)
                  && answer.body8(Abi.RTM_TYPE) == Abi.RTN_LOCAL);
    } catch (OsException e) {
      return false; // no route at all
    }
  }

  private static NetlinkMessage address(
      int type, int flags, int index, byte[] address, int prefixLength) {
    return NetlinkMessage.request(type, Abi.NLM_F_ACK | flags, Abi.SIZEOF_IFADDRMSG)
        .body8(Abi.IFA_FAMILY, family(address))
        .body8(Abi.IFA_PREFIXLEN, prefixLength)
        .body32(Abi.IFA_INDEX, index)
        .add(Abi.IFA_LOCAL, address)
        .add(Abi.IFA_ADDRESS, address);
  }

  /** All addresses of all interfaces. */
  public synchronized List<AddressSpec> addresses() throws OsException {
    NetlinkMessage request =
        NetlinkMessage.request(Abi.RTM_GETADDR, Abi.NLM_F_DUMP, Abi.SIZEOF_IFADDRMSG);
    List<AddressSpec> found = new ArrayList<>();
    for (NetlinkMessage answer : socket.dump(request, "RTM_GETADDR")) {
      AddressSpec address = NetlinkReader.address(answer);
      if (address != null) {
        found.add(address);
      }
    }
    return found;
  }

  // ---- routes

  private record RouteCall(String type, RouteSpec route) {
    @Override
    public String toString() {
      return type + " " + route;
    }
  }

  /**
   * Makes a route where there is none.
   *
   * @throws OsException EEXIST: one to the same prefix with the same table and metric is there,
   *     whoever made it; ENETDOWN: the interface is down
   */
  public void addRoute(RouteSpec route) throws OsException {
    ask(NetlinkRoute.add(route, Abi.NLM_F_EXCL), new RouteCall("RTM_NEWROUTE", route));
  }

  /**
   * Makes a route, in the place of one to the same prefix with the same table and metric if there
   * is one, whoever made that: at no time is there none.
   *
   * @throws OsException ENETDOWN: the interface is down
   */
  public void replaceRoute(RouteSpec route) throws OsException {
    ask(NetlinkRoute.add(route, Abi.NLM_F_REPLACE), new RouteCall("RTM_NEWROUTE", route));
  }

  /**
   * Removes a route of this prefix, interface, table, protocol and metric.
   *
   * @return false if there was none
   */
  public synchronized boolean removeRoute(RouteSpec route) throws OsException {
    try {
      socket.ask(NetlinkRoute.remove(route), new RouteCall("RTM_DELROUTE", route));
      return true;
    } catch (OsException e) {
      if (e.errno() == Errno.ESRCH) {
        return false;
      }
      throw e;
    }
  }

  /**
   * The routes of all protocols and tables that take the place of another, those included that lead
   * nowhere (unreachable, prohibit, blackhole, throw), which have interface 0.
   */
  public List<RouteSpec> places() throws OsException {
    return ofBothFamilies(Abi.RTM_GETROUTE, "RTM_GETROUTE", NetlinkReader::place);
  }

  /**
   * The routes of a protocol in all tables, those included that lead nowhere, which have interface
   * 0; IPv4 first.
   */
  public List<RouteSpec> routes(int protocol) throws OsException {
    return ofBothFamilies(
        Abi.RTM_GETROUTE,
        "RTM_GETROUTE",
        message -> {
          RouteSpec route = NetlinkReader.place(message);
          return route != null && route.protocol() == protocol ? route : null;
        });
  }

  /**
   * The unicast routes of all protocols in all tables; IPv4 first. One of several next hops has
   * interface 0.
   */
  public List<RouteSpec> routes() throws OsException {
    return ofBothFamilies(Abi.RTM_GETROUTE, "RTM_GETROUTE", NetlinkReader::route);
  }

  /** A dump of routes or rules, whose bodies are alike in size and family; IPv4 first. */
  synchronized <T> List<T> ofBothFamilies(
      int type, String call, Function<NetlinkMessage, @Nullable T> reader) throws OsException {
    List<T> found = new ArrayList<>();
    for (int family : new int[] {Abi.AF_INET, Abi.AF_INET6}) {
      NetlinkMessage request =
          NetlinkMessage.request(type, Abi.NLM_F_DUMP, Abi.SIZEOF_RTMSG)
              .body8(Abi.RTM_FAMILY, family);
      for (NetlinkMessage answer : socket.dump(request, call)) {
        T read = reader.apply(answer);
        if (read != null) {
          found.add(read);
        }
      }
    }
    return found;
  }

  /** Which way packets of a flow would take now; null = none. */
  public synchronized @Nullable RouteLookup lookup(byte[] destination, Flow flow)
      throws OsException {
    try {
      return route(destination, flow);
    } catch (OsException e) {
      return switch (e.errno()) {
        // No route; unreachable, prohibit and blackhole routes.
        case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EACCES, Errno.EINVAL -> null;
        default -> throw e;
      };
    }
  }

  /**
   * The same.
   *
   * @return null for what is no host's: broadcast and multicast
   * @throws OsException with ENETUNREACH if there is no route; with EHOSTUNREACH, EACCES or EINVAL
   *     if it is one of the kinds unreachable, prohibit or blackhole
   */
  public synchronized @Nullable RouteLookup route(byte[] destination, Flow flow)
      throws OsException {
    NetlinkMessage request = NetlinkRoute.lookup(destination, flow);
    for (NetlinkMessage answer : socket.ask(request, "RTM_GETROUTE " + IpText.of(destination))) {
      RouteLookup lookup = NetlinkReader.lookup(answer);
      if (lookup != null) {
        return lookup;
      }
    }
    return null;
  }

  /**
   * The largest packet in bytes that interface and route towards a destination take. What ICMP has
   * made the kernel believe does not count.
   *
   * @return 0 if it has no route
   */
  public synchronized int mtu(byte[] destination, Flow flow) throws OsException {
    RouteLookup now = lookup(destination, flow);
    if (now == null) {
      return 0;
    }
    String call = "RTM_GETROUTE " + IpText.of(destination);
    int mtu = linkMtu(now.interfaceIndex());
    try {
      for (NetlinkMessage answer : socket.ask(NetlinkRoute.match(destination, flow), call)) {
        RouteLookup route = NetlinkReader.lookup(answer);
        if (route != null && route.mtu() > 0) {
          mtu = mtu == 0 ? route.mtu() : Math.min(mtu, route.mtu());
        }
      }
    } catch (OsException e) {
      if (!unknown(e.errno())) {
        throw e;
      }
    }
    return mtu;
  }

  /**
   * The name of an interface.
   *
   * @throws OsException ENODEV: there is none of this index
   */
  public synchronized String linkName(int index) throws OsException {
    return ask(index).name();
  }

  private int linkMtu(int index) throws OsException {
    return ask(index).mtu();
  }

  private NetlinkEvent.LinkChanged ask(int index) throws OsException {
    String call = "RTM_GETLINK " + index;
    NetlinkMessage request =
        NetlinkMessage.request(Abi.RTM_GETLINK, Abi.NLM_F_ACK, Abi.SIZEOF_IFINFOMSG)
            .body32(Abi.IFI_INDEX, index);
    for (NetlinkMessage answer : socket.ask(request, call)) {
      NetlinkEvent.LinkChanged link =
          answer.type() == Abi.RTM_NEWLINK ? NetlinkReader.link(answer) : null;
      if (link != null) {
        return link;
      }
    }
    throw new OsException(call, Errno.ENODEV);
  }

  private void ask(NetlinkMessage request, Object call) throws OsException {
    answers(request, call);
  }

  synchronized List<NetlinkMessage> answers(NetlinkMessage request, Object call)
      throws OsException {
    return socket.ask(request, call);
  }

  /** Returns false if the kernel does not know what is asked. */
  private boolean askIfKnown(NetlinkMessage request, String call) throws OsException {
    try {
      ask(request, call);
      return true;
    } catch (OsException e) {
      if (unknown(e.errno())) {
        return false;
      }
      throw e;
    }
  }

  int port() {
    return socket.port();
  }

  private static boolean unknown(int errno) {
    return errno == Errno.EINVAL || errno == Errno.EOPNOTSUPP || errno == Errno.EAFNOSUPPORT;
  }

  static int family(byte[] address) {
    return switch (address.length) {
      case 4 -> Abi.AF_INET;
      case 16 -> Abi.AF_INET6;
      default -> throw new IllegalArgumentException("address of " + address.length + " bytes");
    };
  }

  @Override
  public synchronized void close() {
    socket.close();
  }
}
