// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.netlink.RuleSpec;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;

/**
 * The rules of policy routing by which the longest prefix wins, whether its route is in the table
 * of the tunnel or in the main one, and by which no datagram of the tunnel's own goes into it,
 * whoever it goes to.
 *
 * <p>Own datagrams, told by the port that they leave from, skip the others. Then for each length of
 * a routed prefix, longest first: longer ones of the main table, these of the tunnel's, these of
 * what is held shut. The kernel looks at forwarded packets, and at the way back that rp_filter asks
 * for, by the same rules.
 *
 * <p>What is held has a table for each length: a route that ends the search does so even where the
 * rule wants longer prefixes.
 */
public final class RulePlan {
  /** Priorities that one daemon takes: three for each length of an IPv6 prefix, and some. */
  public static final int PRIORITIES = 400;

  private static final int SKIPS = 2;

  private static final int PER_LENGTH = 3;

  private final Policy policy;
  private final boolean ipv4;

  private RulePlan(Policy policy, boolean ipv4) {
    this.policy = policy;
    this.ipv4 = ipv4;
  }

  /**
   * The rules in the order in which they are to be made. Without prefixes there are none.
   *
   * @param routed prefixes with routes into the tunnel
   * @param held prefixes that must not go out in the clear
   * @param ipv6 whether the host has it
   */
  static List<RuleSpec> of(
      Policy policy, Collection<Prefix> routed, Collection<Prefix> held, boolean ipv6) {
    List<RuleSpec> out = new ArrayList<>();
    if (policy.rules()) {
      new RulePlan(policy, true).add(routed, held, out);
      if (ipv6) {
        new RulePlan(policy, false).add(routed, held, out);
      }
    }
    return out;
  }

  private SortedSet<Integer> lengths(Collection<Prefix> prefixes) {
    SortedSet<Integer> lengths = new TreeSet<>();
    for (Prefix p : prefixes) {
      if (p.isIpv4() == ipv4) {
        lengths.add(p.length());
      }
    }
    return lengths;
  }

  private void add(Collection<Prefix> routed, Collection<Prefix> held, List<RuleSpec> out) {
    SortedSet<Integer> tunnel = lengths(routed);
    SortedSet<Integer> shut = lengths(held);
    SortedSet<Integer> lengths = new TreeSet<>(tunnel);
    lengths.addAll(shut);
    if (lengths.isEmpty()) {
      return;
    }
    int first = policy.priority();
    int end = first + PRIORITIES - 1;
    PortRange ports = policy.ports();
    out.add(
        rule(
            end,
            ipv4 ? new RuleSpec.Target(ports.first(), ports.last()) : new RuleSpec.Target(0, 0)));
    int listening = (ipv4 ? policy.listening4() : policy.listening6()).port();
    if (listening != 0) {
      out.add(rule(first, new RuleSpec.PortsSkipTo(end, listening, listening)));
    }
    out.add(rule(first + 1, new RuleSpec.PortsSkipTo(end, ports.first(), ports.last())));
    int most = ipv4 ? 32 : 128;
    for (int length : lengths.reversed()) {
      int at = first + SKIPS + PER_LENGTH * (most - length);
      if (length < most) {
        out.add(rule(at, new RuleSpec.Lookup(RouteSpec.MAIN_TABLE, length)));
      }
      if (tunnel.contains(length)) {
        out.add(rule(at + 1, new RuleSpec.Lookup(policy.table(), length - 1)));
      }
      if (shut.contains(length)) {
        out.add(rule(at + 2, new RuleSpec.Lookup(policy.heldTable(length), RuleSpec.Lookup.ALL)));
      }
    }
  }

  private RuleSpec rule(int priority, RuleSpec.Action action) {
    return new RuleSpec(ipv4, priority, policy.protocol(), action);
  }
}
