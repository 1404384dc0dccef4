// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import org.ipae.tun.netlink.Flow;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.routing.PortRange;
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
 * @param listening4 port for IPv4, 0 for none
 * @param listening6 port for IPv6, 0 for none
 */
public record Policy(
    int table,
    int protocol,
    int metric,
    int mark,
    int priority,
    PortRange ports,
    int listening4,
    int listening6) {
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

  /** Whether it is one of the tables for what is held shut. */
  boolean holds(int other) {
    return other / HELD == table;
  }

  /** Behind every other route of the main table. */
  int heldMetric() {
    return rules() ? 0 : HELD_METRIC;
  }

  /** Whether what is held has the same tables and rules. */
  boolean samePlaces(Policy other) {
    return table == other.table && protocol == other.protocol && priority == other.priority;
  }

  /** The same without rules, for a kernel that has none. */
  Policy inMainTable() {
    return new Policy(
        RouteSpec.MAIN_TABLE, protocol, metric, mark, 0, ports, listening4, listening6);
  }

  /** An own datagram to an endpoint, for questions to the kernel. */
  Flow flow(Endpoint to) {
    return new Flow(mark, to.isIpv4() ? listening4 : listening6, to.zone());
  }
}
