// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.PolicyRules;
import org.ipae.tun.netlink.RuleSpec;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of addresses and rules at one moment, for a command.
 *
 * @param networks that this host is in
 * @param refusesRules why there are no rules of policy routing here; null = there are
 * @param tables that rules look into
 */
public record KernelView(OwnNetworks networks, @Nullable String refusesRules, Set<Integer> tables) {
  public KernelView {
    tables = Set.copyOf(tables);
  }

  /**
   * That of this moment.
   *
   * @param tun name of the tunnel's interface
   */
  public static KernelView now(String tun) {
    try (Netlink netlink = Netlink.open()) {
      OwnNetworks networks = OwnNetworks.of(netlink.addresses(), indexOf(netlink, tun));
      try {
        Set<Integer> tables = new HashSet<>();
        for (RuleSpec r : new PolicyRules(netlink).all()) {
          if (r.action() instanceof RuleSpec.Lookup l) {
            tables.add(l.table());
          }
        }
        return new KernelView(networks, null, tables);
      } catch (OsException e) {
        return new KernelView(networks, Reason.of(e), Set.of());
      }
    } catch (OsException e) {
      return new KernelView(new OwnNetworks(List.of()), null, Set.of());
    }
  }

  static int indexOf(Netlink netlink, String link) {
    try {
      return netlink.linkIndex(link);
    } catch (OsException e) {
      return 0; // there is none yet
    }
  }
}
