// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;

/** The rules of policy routing of one network namespace. Any thread. */
public final class PolicyRules {
  private final Netlink netlink;

  /** Those of the network namespace of {@code netlink}, which stays the caller's. */
  public PolicyRules(Netlink netlink) {
    this.netlink = netlink;
  }

  /**
   * Makes a rule.
   *
   * @return false if there is such a one
   * @throws OsException EOPNOTSUPP, EAFNOSUPPORT: this kernel has no such rules
   */
  public boolean add(RuleSpec rule) throws OsException {
    int flags = Abi.NLM_F_CREATE | Abi.NLM_F_EXCL;
    return done(rule(Abi.RTM_NEWRULE, flags, rule), "RTM_NEWRULE " + rule, Errno.EEXIST);
  }

  /**
   * Removes a rule.
   *
   * @return false if there is no such one
   */
  public boolean remove(RuleSpec rule) throws OsException {
    return done(rule(Abi.RTM_DELRULE, 0, rule), "RTM_DELRULE " + rule, Errno.ENOENT);
  }

  private boolean done(NetlinkMessage request, String call, int not) throws OsException {
    try {
      netlink.answers(request, call);
      return true;
    } catch (OsException e) {
      if (e.errno() == not) {
        return false;
      }
      throw e;
    }
  }

  /**
   * The rules of all protocols that {@link RuleSpec} can tell; IPv4 first. What else they ask of a
   * packet is left out.
   *
   * @throws OsException EOPNOTSUPP: this kernel has no rules
   */
  public List<RuleSpec> all() throws OsException {
    return netlink.ofBothFamilies(Abi.RTM_GETRULE, "RTM_GETRULE", NetlinkReader::rule);
  }

  private static NetlinkMessage rule(int type, int flags, RuleSpec rule) {
    NetlinkMessage request =
        NetlinkMessage.request(type, Abi.NLM_F_ACK | flags, Abi.SIZEOF_FIB_RULE_HDR)
            .body8(Abi.FIB_RULE_FAMILY, rule.ipv4() ? Abi.AF_INET : Abi.AF_INET6)
            .add(Abi.FRA_PRIORITY, rule.priority())
            .add(Abi.FRA_PROTOCOL, new byte[] {(byte) rule.protocol()});
    switch (rule.action()) {
      case RuleSpec.Lookup l -> {
        request.body8(Abi.FIB_RULE_ACTION, Abi.FR_ACT_TO_TBL).add(Abi.FRA_TABLE, l.table());
        if (l.suppress() != RuleSpec.Lookup.ALL) {
          request.add(Abi.FRA_SUPPRESS_PREFIXLEN, l.suppress());
        }
      }
      case RuleSpec.PortsSkipTo s -> {
        request.body8(Abi.FIB_RULE_ACTION, Abi.FR_ACT_GOTO).add(Abi.FRA_GOTO, s.target());
        request.add(Abi.FRA_IIFNAME, new byte[] {'l', 'o', 0}); // what does not come in
        ports(request, s.first(), s.last());
      }
      case RuleSpec.Target t -> {
        request.body8(Abi.FIB_RULE_ACTION, Abi.FR_ACT_NOP);
        if (t.first() != 0) {
          ports(request, t.first(), t.last());
        }
      }
    }
    return request;
  }

  private static void ports(NetlinkMessage request, int first, int last) {
    byte[] range =
        ByteBuffer.allocate(4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) first)
            .putShort((short) last)
            .array();
    request.add(Abi.FRA_IP_PROTO, new byte[] {Abi.IPPROTO_UDP}).add(Abi.FRA_SPORT_RANGE, range);
  }
}
