// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import org.ipae.tun.Errno;
import org.ipae.tun.IpText;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Flow;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteLookup;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel would send a packet now, in words.
 *
 * @param device the interface; null if it would not send it
 * @param gateway the next hop; null if the destination is on the link
 * @param source the source that it would choose; null if it does not tell
 * @param local whether it is an address of this host
 * @param table by its usual name, or its number
 * @param refusal why it would not send it; null if it would
 */
public record Egress(
    @Nullable String device,
    @Nullable String gateway,
    @Nullable String source,
    boolean local,
    String table,
    @Nullable String refusal) {
  /** Of any packet to this address; its port does not matter. */
  public static Egress of(Endpoint to) throws IOException {
    return of(to, Flow.ANY);
  }

  /** Of an own datagram to this endpoint. */
  public static Egress ofOwn(Policy policy, Endpoint to) throws IOException {
    return of(to, policy.flow(to));
  }

  private static Egress of(Endpoint to, Flow flow) throws IOException {
    byte[] address = Prefix.of(to.withoutZone().address(), 128).address();
    try (Netlink netlink = Netlink.open()) {
      RouteLookup way = netlink.route(address, flow);
      return way == null
          ? refused("is no single host's address")
          : of(way, netlink.linkName(way.interfaceIndex()));
    } catch (OsException e) {
      return switch (e.errno()) {
        case Errno.ENETUNREACH -> refused("this host has no route to it");
        case Errno.EHOSTUNREACH -> refused("an unreachable route ends the search");
        case Errno.EACCES -> refused("a prohibit route ends the search");
        case Errno.EINVAL -> refused("a blackhole route ends the search");
        default -> throw e;
      };
    }
  }

  private static Egress of(RouteLookup way, String name) {
    byte[] gateway = way.gateway();
    byte[] source = way.source();
    return new Egress(
        name,
        gateway == null ? null : IpText.of(gateway),
        source == null ? null : IpText.of(source),
        way.local(),
        table(way.table()),
        null);
  }

  private static Egress refused(String why) {
    return new Egress(null, null, null, false, "", why);
  }

  private static String table(int number) {
    return number == RouteSpec.MAIN_TABLE ? "main" : Integer.toString(number);
  }

  /** Like "eth0 via 192.0.2.1, table main, source 192.0.2.7". */
  @Override
  public String toString() {
    return refusal != null
        ? refusal
        : device
            + (gateway == null ? "" : " via " + gateway)
            + ", table "
            + table
            + (source == null ? "" : ", source " + source);
  }
}
