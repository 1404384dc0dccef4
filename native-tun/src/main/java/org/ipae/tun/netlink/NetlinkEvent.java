// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

/** What {@link NetlinkWatch} saw change. */
public sealed interface NetlinkEvent {
  /** An address appeared or changed. The kernel tells of new IPv6 addresses a little later. */
  record AddressAdded(AddressSpec address) implements NetlinkEvent {}

  /** An address went. */
  record AddressRemoved(AddressSpec address) implements NetlinkEvent {}

  /**
   * An interface appeared, changed or went.
   *
   * @param index the interface
   * @param name its name
   * @param up whether it is administratively up
   * @param mtu bytes
   * @param removed whether it is gone
   */
  record LinkChanged(int index, String name, boolean up, int mtu, boolean removed)
      implements NetlinkEvent {}

  /**
   * A route appeared, or replaced one. Its protocol tells who made it; interface 0 is none, or
   * several.
   */
  record RouteAdded(RouteSpec route) implements NetlinkEvent {}

  /** A route went. */
  record RouteRemoved(RouteSpec route) implements NetlinkEvent {}

  /** A rule of policy routing went. */
  record RuleRemoved(RuleSpec rule) implements NetlinkEvent {}

  /** Events were lost (ENOBUFS): read everything afresh. */
  record Overrun() implements NetlinkEvent {}
}
