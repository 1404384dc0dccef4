// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;

/** Holds networks shut while no daemon runs: before it starts, and while it is to stay stopped. */
public final class Hold {
  private Hold() {}

  /**
   * What came of it.
   *
   * @param policy with which they are held
   * @param held these networks
   * @param refused why others are not, in words for people
   * @param noted whether the state directory says so
   */
  public record Outcome(
      Policy policy, Map<Prefix, IfDown> held, Map<Prefix, String> refused, boolean noted) {
    public Outcome {
      held = Map.copyOf(held);
      refused = Map.copyOf(refused);
    }

    /** Whether nothing is left to do, for a daemon with this policy. */
    boolean complete(Policy with) {
      return noted && refused.isEmpty() && policy.noted().equals(with.noted());
    }
  }

  /**
   * Holds these networks shut, and no others that are this daemon's.
   *
   * @param tun name of the tunnel's interface
   * @throws OsException if the kernel cannot be asked
   */
  public static Outcome become(Policy wish, Map<Prefix, IfDown> wanted, HeldFile file, String tun)
      throws OsException {
    try (Netlink netlink = Netlink.open()) {
      Policy policy = RuleSupport.possible(wish, netlink, _ -> {}); // check and the daemon tell
      OwnNetworks networks = OwnNetworks.of(netlink.addresses(), KernelView.indexOf(netlink, tun));
      boolean ipv6 = Sysctl.of("default").ipv6();
      Map<Prefix, String> refused = new HashMap<>();
      Map<Prefix, IfDown> shut = new HashMap<>();
      wanted.forEach((p, how) -> {
        Prefix own = networks.with(p);
        if (own != null) {
          refused.put(p, "this host is in " + OwnNetworks.text(own) + " itself");
        } else if (ipv6 || p.isIpv4()) {
          shut.put(p, how);
        }
      });
      HeldRoutes held = new HeldRoutes(netlink, policy, file);
      held.become(shut);
      while (held.waiting()) {
        held.turn();
      }
      OwnRules rules = new OwnRules(netlink, policy, 0, held::others);
      rules.become(RulePlan.of(policy, Set.of(), held.prefixes(), ipv6));
      rules.repair();
      refused.putAll(held.refused());
      shut.keySet().retainAll(held.prefixes());
      shut.keySet().removeAll(refused.keySet());
      return new Outcome(policy, shut, refused, held.noted());
    }
  }
}
