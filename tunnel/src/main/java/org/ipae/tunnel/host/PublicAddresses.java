// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tun.netlink.Netlink;

/** The addresses of this host that others can reach, as far as the host itself can tell. */
public final class PublicAddresses {
  private PublicAddresses() {}

  /**
   * The lasting ones of all interfaces but the tunnel's; of each family the private ones only where
   * there are no others.
   *
   * @param tun name of the tunnel's interface
   */
  public static List<InetAddress> now(String tun) throws IOException {
    List<InetAddress> open = new ArrayList<>();
    List<InetAddress> closed = new ArrayList<>();
    try (Netlink netlink = Netlink.open()) {
      int own = KernelView.indexOf(netlink, tun);
      for (AddressSpec a : netlink.addresses()) {
        InetAddress address = InetAddress.getByAddress(a.address());
        if (a.interfaceIndex() != own
            && !a.temporary()
            && !address.isLoopbackAddress()
            && !address.isLinkLocalAddress()) {
          (isPrivate(address) ? closed : open).add(address);
        }
      }
    }
    for (InetAddress a : closed) {
      if (open.stream().noneMatch(o -> o.getClass() == a.getClass() && !isPrivate(o))) {
        open.add(a);
      }
    }
    return open;
  }

  /** RFC 1918, RFC 4193, and what carriers share, RFC 6598. */
  private static boolean isPrivate(InetAddress a) {
    byte[] b = a.getAddress();
    return switch (a) {
      case Inet6Address _ -> (b[0] & 0xfe) == 0xfc;
      case Inet4Address v4 -> v4.isSiteLocalAddress() || (b[0] == 100 && (b[1] & 0xc0) == 64);
      default -> false;
    };
  }
}
