// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

/**
 * A rule of policy routing, for all packets unless its action says otherwise.
 *
 * @param ipv4 for IPv4 or IPv6
 * @param priority lower first
 * @param protocol who made it, 1..255 (RTPROT_*)
 * @param action what it does
 */
public record RuleSpec(boolean ipv4, int priority, int protocol, Action action) {

  /** What a rule does. */
  public sealed interface Action {}

  /**
   * Looks for a route in a table.
   *
   * @param table where; 254 = main
   * @param suppress routes to prefixes of this length, in bits, or shorter do not count
   */
  public record Lookup(int table, int suppress) implements Action {
    /** For {@link #suppress}: every route counts. */
    public static final int ALL = -1;
  }

  /**
   * Skips the rules up to another one, for UDP packets of this host's own (not for those that it
   * forwards) from these ports.
   *
   * @param target priority of the next rule for them
   * @param first source port
   * @param last source port
   */
  public record PortsSkipTo(int target, int first, int last) implements Action {}

  /**
   * Does nothing: where {@link PortsSkipTo} leads. With ports it makes the kernel look at the ports
   * of packets that come in: rules for what does not come in, as that one, are not reason enough,
   * and without them the reverse path filter (rp_filter) of IPv4 judges by the wrong rules.
   *
   * @param first UDP source port, 0 for none
   * @param last UDP source port
   */
  public record Target(int first, int last) implements Action {}
}
