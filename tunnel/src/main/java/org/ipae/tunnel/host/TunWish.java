// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.List;
import org.ipae.tun.netlink.AddressSpec;

/**
 * What the interface of the tunnel is to be.
 *
 * @param mtu bytes
 */
public record TunWish(List<AddressSpec> addresses, int mtu) {
  public TunWish {
    addresses = List.copyOf(addresses);
  }
}
