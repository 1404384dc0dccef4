// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.Arrays;
import org.ipae.tun.IpText;
import org.ipae.tun.kernel.Abi;
import org.jspecify.annotations.Nullable;

/**
 * A unicast route to an interface, or to a gateway behind it.
 *
 * @param prefix 4 or 16 bytes in network order; bits beyond the length are zero
 * @param prefixLength 0..32 or 0..128 bits
 * @param interfaceIndex where packets go
 * @param gateway next hop, 4 or 16 bytes; null = the prefix is on the link
 * @param table routing table; 254 = main
 * @param protocol who made it, 1..255 (RTPROT_*)
 * @param metric priority, lower first; 0 = the kernel's default, which for IPv6 reads back as 1024
 * @param mtu largest packet in bytes; 0 = the link's
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below look into the array
public record RouteSpec(
    byte[] prefix,
    int prefixLength,
    int interfaceIndex,
    byte @Nullable [] gateway,
    int table,
    int protocol,
    int metric,
    int mtu) {
  /** RT_TABLE_MAIN. */
  public static final int MAIN_TABLE = 254;

  /** A route to an interface. */
  public RouteSpec(
      byte[] prefix,
      int prefixLength,
      int interfaceIndex,
      int table,
      int protocol,
      int metric,
      int mtu) {
    this(prefix, prefixLength, interfaceIndex, null, table, protocol, metric, mtu);
  }

  /** The same place, of a route that leads nowhere. */
  RouteSpec nowhere() {
    return new RouteSpec(prefix, prefixLength, 0, null, table, protocol, metric, 0);
  }

  /** Whether the kernel has room for only one of them. */
  public boolean samePlace(RouteSpec other) {
    return Arrays.equals(prefix, other.prefix)
        && prefixLength == other.prefixLength
        && table == other.table
        && effectiveMetric() == other.effectiveMetric();
  }

  private int effectiveMetric() {
    return metric == 0 && prefix.length == 16 ? Abi.IP6_RT_PRIO_USER : metric;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouteSpec that
        && Arrays.equals(prefix, that.prefix)
        && prefixLength == that.prefixLength
        && interfaceIndex == that.interfaceIndex
        && Arrays.equals(gateway, that.gateway)
        && table == that.table
        && protocol == that.protocol
        && metric == that.metric
        && mtu == that.mtu;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(prefix) + prefixLength) + interfaceIndex;
  }

  @Override
  public String toString() {
    return IpText.of(prefix)
        + "/"
        + prefixLength
        + (gateway == null ? "" : " via " + IpText.of(gateway))
        + " interface "
        + interfaceIndex
        + " table "
        + table
        + " protocol "
        + protocol
        + " metric "
        + metric
        + (mtu == 0 ? "" : " mtu " + mtu);
  }
}
