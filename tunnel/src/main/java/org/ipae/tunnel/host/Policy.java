// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.List;
import org.ipae.tun.netlink.Flow;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Where this host keeps the routes into the tunnel, and how it tells its own datagrams from all
 * other packets.
 *
 * @param table of the routes; 0 leaves them to others
 * @param protocol of routes and rules
 * @param metric of the routes, 0 for the kernel's
 * @param mark firewall mark of own datagrams, 0 for none
 * @param priority of the first rule, 0 leaves the rules to others
 * @param ports from which own datagrams leave, apart from the listening ones
 * @param listening4 from where own datagrams leave over IPv4, any address if the kernel chooses it;
 *     port 0 for none
 * @param listening6 the same for IPv6
 */
public record Policy(
    int table,
    int protocol,
    int metric,
    int mark,
    int priority,
    PortRange ports,
    Endpoint listening4,
    Endpoint listening6) {
  /** Table 1138 has 1138024 for what is held of /24. */
  private static final int HELD = 1_000;

  private static final int HELD_METRIC = 2_000_000_000;

  boolean routes() {
    return table != 0;
  }

  /** Whether the routes have a table of their own, with rules that lead there. */
  boolean rules() {
    return routes() && table != RouteSpec.MAIN_TABLE && priority != 0;
  }

  /** Where prefixes of a length are held shut. */
  int heldTable(int length) {
    return rules() ? HELD * table + length : table;
  }

  /**
   * The prefixes of the routes for one. In the main table a default route is two halves: the one
   * that is there stays as it is, and comes back by itself.
   */
  List<Prefix> parts(Prefix p) {
    if (rules() || p.length() > 0) {
      return List.of(p);
    }
    byte[] high = p.address();
    high[0] = (byte) 0x80;
    return List.of(Prefix.of(p.address(), 1), Prefix.of(high, 1));
  }

  /** Whether it is one of the tables for what is held shut. */
  boolean holds(int other) {
    return other / HELD == table;
  }

  /** Behind every other route of the main table. */
  int heldMetric() {
    return rules() ? 0 : HELD_METRIC;
  }

  /** Whether what is held has the same routes. */
  boolean samePlaces(Policy other) {
    return table == other.table && protocol == other.protocol && rules() == other.rules();
  }

  /** The same places for own datagrams that leave as another policy says. */
  Policy withPortsOf(Policy other) {
    return new Policy(
        table,
        protocol,
        metric,
        other.mark,
        priority,
        other.ports,
        other.listening4,
        other.listening6);
  }

  /** As {@link HeldFile} notes it: what is held does not depend on the rest. */
  Policy noted() {
    return new Policy(table, protocol, 0, 0, priority, ports, listening4, listening6);
  }

  /** The same without rules, for a kernel that has none. */
  Policy inMainTable() {
    return new Policy(
        RouteSpec.MAIN_TABLE, protocol, metric, mark, 0, ports, listening4, listening6);
  }

  /** An own datagram to an endpoint, for questions to the kernel. */
  Flow flow(Endpoint to) {
    Endpoint from = to.isIpv4() ? listening4 : listening6;
    Flow flow = new Flow(mark, from.port(), to.zone());
    return from.any() ? flow : flow.from(Prefix.of(from.withoutZone().address(), 128).address());
  }
}
