// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.PolicyRules;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.netlink.RuleSpec;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;

/**
 * The rules that the daemon wants: made, repaired when somebody deletes them, taken back. Several
 * daemons with one table share them; the last one takes back what any has left.
 */
final class OwnRules implements AutoCloseable {
  private final Netlink netlink;
  private final PolicyRules kernel;
  private final Policy policy;
  private final int tunIndex;
  private final Predicate<RouteSpec> othersHold;
  private final Set<RuleSpec> wanted = new LinkedHashSet<>();
  private String refused = "";
  private boolean foreign; // rules of a daemon with another table are among ours

  /**
   * @param tunIndex the own interface, 0 for none
   * @param othersHold whether a route is one that another daemon holds shut
   */
  OwnRules(Netlink netlink, Policy policy, int tunIndex, Predicate<RouteSpec> othersHold) {
    this.netlink = netlink;
    kernel = new PolicyRules(netlink);
    this.policy = policy;
    this.tunIndex = tunIndex;
    this.othersHold = othersHold;
  }

  /** These are the only ones that are wanted; at once. */
  void become(List<RuleSpec> rules) {
    if (!List.copyOf(wanted).equals(rules)) {
      wanted.clear();
      wanted.addAll(rules);
      repair();
    }
  }

  /**
   * These are wanted beside those of before, until {@link #become}: their routes are not set yet.
   */
  void extend(List<RuleSpec> rules) {
    if (!wanted.containsAll(rules)) {
      wanted.addAll(rules);
      repair();
    }
  }

  /** Removes what those that follow these do not want. */
  void leave(OwnRules after) {
    Set<RuleSpec> over = new LinkedHashSet<>(wanted);
    over.removeAll(after.wanted);
    wanted.clear();
    try {
      over.retainAll(there());
      boolean shared = isShared();
      for (RuleSpec r : over) {
        if (!shared || isOurs(r.action())) {
          kernel.remove(r);
        }
      }
    } catch (OsException e) {
      refuse(Reason.of(e));
    }
  }

  /** Whether this is one of those that are wanted. */
  boolean wants(RuleSpec rule) {
    return wanted.contains(rule);
  }

  /** Makes what the kernel lacks, and removes what no daemon wants. */
  void repair() {
    if (!policy.rules()) {
      return;
    }
    try {
      Set<RuleSpec> there = there();
      for (RuleSpec r : wanted) {
        if (!there.remove(r)) {
          kernel.add(r);
        }
      }
      refused = "";
      if (!there.isEmpty()) {
        remove(there);
      }
    } catch (OsException e) {
      refuse(Reason.of(e));
    }
  }

  /** Those of our protocol and priorities, in an order in which they can be removed. */
  private Set<RuleSpec> there() throws OsException {
    int end = policy.priority() + RulePlan.PRIORITIES;
    Set<RuleSpec> out = new LinkedHashSet<>();
    foreign = false;
    for (RuleSpec r : kernel.all()) {
      if (r.protocol() != policy.protocol()
          || r.priority() < policy.priority()
          || r.priority() >= end) {
        continue;
      }
      if (leadsElsewhere(r.action())) {
        foreign = true;
      } else {
        out.add(r);
      }
    }
    return out;
  }

  /** Whether it is that of a daemon with another table. */
  private boolean leadsElsewhere(RuleSpec.Action action) {
    return action instanceof RuleSpec.Lookup l
        && l.table() != RouteSpec.MAIN_TABLE
        && l.table() != policy.table()
        && !policy.holds(l.table());
  }

  private void remove(Set<RuleSpec> extra) throws OsException {
    boolean shared = foreign || isShared();
    for (RuleSpec r : List.copyOf(extra)) {
      if (!shared || isOurs(r.action())) {
        kernel.remove(r);
      }
    }
  }

  /** Whether only this daemon can have made it. */
  private boolean isOurs(RuleSpec.Action action) {
    return switch (action) {
      case RuleSpec.PortsSkipTo s ->
          s.first() == policy.ports().first()
              || s.first() == policy.listening4().port()
              || s.first() == policy.listening6().port();
      case RuleSpec.Target t -> t.first() == policy.ports().first();
      case RuleSpec.Lookup _ -> false;
    };
  }

  /** Whether another daemon has routes in the tables. */
  private boolean isShared() throws OsException {
    return netlink.routes(policy.protocol()).stream()
        .anyMatch(r ->
            (r.table() == policy.table() && r.interfaceIndex() != tunIndex) || othersHold.test(r));
  }

  private void refuse(String why) {
    if (!why.equals(refused)) {
      refused = why;
      Log.error("rule of policy routing not set: " + why + "; see ip rule, and rule_priority");
    }
  }

  @Override
  public void close() {
    wanted.clear();
    repair();
  }
}
