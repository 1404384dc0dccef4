// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.function.Consumer;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.PolicyRules;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;

/** Whether the kernel of this host has policy routing. */
public final class RuleSupport {
  private RuleSupport() {}

  /** What the kernel says against rules; null = it has them. */
  static @Nullable String lack(Netlink netlink) {
    try {
      new PolicyRules(netlink).all();
      return null;
    } catch (OsException e) {
      return Reason.of(e);
    }
  }

  /** What can be had of a policy here. Tells what cannot, in one line. */
  static Policy possible(Policy wish, Netlink netlink, Consumer<String> tell) {
    String why = wish.rules() ? lack(netlink) : null;
    if (why == null) {
      return wish;
    }
    tell.accept(text(why));
    return wish.inMainTable();
  }

  /** One line on what follows. */
  public static String text(String why) {
    return "this host refuses rules of policy routing ("
        + why
        + "): the routes into the tunnel are in the main table, and only to the addresses of"
        + " endpoints is there a route past it";
  }
}
