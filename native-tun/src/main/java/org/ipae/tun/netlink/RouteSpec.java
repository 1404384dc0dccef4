// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.Arrays;
import java.util.Locale;
import org.ipae.tun.IpText;
import org.ipae.tun.kernel.Abi;
import org.jspecify.annotations.Nullable;

/**
 * A route to an interface, or to a gateway behind it, or one that ends the search.
 *
 * @param kind what it does with packets
 * @param prefix 4 or 16 bytes in network order; bits beyond the length are zero
 * @param prefixLength 0..32 or 0..128 bits
 * @param interfaceIndex where packets go; 0 = nowhere, or to one of several
 * @param gateway next hop, 4 or 16 bytes; null = the prefix is on the link
 * @param table routing table; 254 = main
 * @param protocol who made it, 1..255 (RTPROT_*)
 * @param metric priority, lower first; 0 = the kernel's default, which for IPv6 reads back as 1024
 * @param mtu largest packet in bytes; 0 = the link's
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below look into the array
public record RouteSpec(
    Kind kind,
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

  /** What a route does with packets. */
  public enum Kind {
    UNICAST(Abi.RTN_UNICAST),
    /** Drops them. */
    BLACKHOLE(Abi.RTN_BLACKHOLE),
    /** Answers by ICMP that there is no way. */
    UNREACHABLE(Abi.RTN_UNREACHABLE),
    /** Answers by ICMP that it is forbidden. */
    PROHIBIT(Abi.RTN_PROHIBIT),
    /** Ends the search in this table. */
    THROW(Abi.RTN_THROW);

    private final int type;

    Kind(int type) {
      this.type = type;
    }

    int type() {
      return type;
    }

    /** That of RTN_*; null = one that this module does not deal with. */
    static @Nullable Kind of(int type) {
      for (Kind k : values()) {
        if (k.type == type) {
          return k;
        }
      }
      return null;
    }
  }

  /** A unicast route. */
  public RouteSpec(
      byte[] prefix,
      int prefixLength,
      int interfaceIndex,
      byte @Nullable [] gateway,
      int table,
      int protocol,
      int metric,
      int mtu) {
    this(Kind.UNICAST, prefix, prefixLength, interfaceIndex, gateway, table, protocol, metric, mtu);
  }

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

  /** Whether the kernel has room for only one of them. */
  public boolean samePlace(RouteSpec other) {
    return Arrays.equals(prefix, other.prefix)
        && prefixLength == other.prefixLength
        && table == other.table
        && effectiveMetric() == other.effectiveMetric();
  }

  /** The metric that the kernel has for it. */
  int effectiveMetric() {
    return metric == 0 && prefix.length == 16 ? Abi.IP6_RT_PRIO_USER : metric;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouteSpec that
        && kind == that.kind
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
    return (kind == Kind.UNICAST ? "" : kind.name().toLowerCase(Locale.ROOT) + " ")
        + IpText.of(prefix)
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
