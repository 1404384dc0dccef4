// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.Arrays;
import org.ipae.tun.IpText;
import org.jspecify.annotations.Nullable;

/**
 * An address of an interface.
 *
 * @param interfaceIndex the interface
 * @param address 4 or 16 bytes in network order
 * @param prefixLength bits of the on-link prefix
 * @param temporary whether the kernel has made it for a while, RFC 8981; IPv6 only
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below look into the array
public record AddressSpec(int interfaceIndex, byte[] address, int prefixLength, boolean temporary) {
  /** One that lasts. */
  public AddressSpec(int interfaceIndex, byte[] address, int prefixLength) {
    this(interfaceIndex, address, prefixLength, false);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressSpec that
        && interfaceIndex == that.interfaceIndex
        && prefixLength == that.prefixLength
        && temporary == that.temporary
        && Arrays.equals(address, that.address);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * interfaceIndex + prefixLength) + Arrays.hashCode(address);
  }

  @Override
  public String toString() {
    return IpText.of(address) + "/" + prefixLength + " on interface " + interfaceIndex;
  }
}
