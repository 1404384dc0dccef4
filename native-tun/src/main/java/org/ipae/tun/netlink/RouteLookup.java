// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel would send to a destination now. Addresses are 4 or 16 bytes in network order.
 *
 * @param interfaceIndex the interface it leaves by
 * @param gateway the next hop; null = the destination is on the link
 * @param source the source address the kernel would choose; null = none
 * @param local whether the destination is this host's own address
 * @param table of the route that decides
 * @param mtu the route's or a learned path MTU in bytes; 0 = the link's MTU holds
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below look into the arrays
public record RouteLookup(
    int interfaceIndex,
    byte @Nullable [] gateway,
    byte @Nullable [] source,
    boolean local,
    int table,
    int mtu) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouteLookup that
        && interfaceIndex == that.interfaceIndex
        && local == that.local
        && table == that.table
        && mtu == that.mtu
        && Arrays.equals(gateway, that.gateway)
        && Arrays.equals(source, that.source);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * interfaceIndex + Arrays.hashCode(gateway)) + Arrays.hashCode(source);
  }
}
