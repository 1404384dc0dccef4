// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.IpText;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The networks that this host is in, by the addresses of its interfaces, whether their links are up
 * or not. A route into the tunnel must not take one of them, or a part of it: its hosts could not
 * be reached any more, nor could whoever administers this one from there.
 *
 * @param all one for each address outside the tunnel
 */
public record OwnNetworks(List<Prefix> all) {
  public OwnNetworks {
    all = List.copyOf(all);
  }

  static OwnNetworks of(List<AddressSpec> addresses, int tunIndex) {
    List<Prefix> out = new ArrayList<>();
    for (AddressSpec a : addresses) {
      if (a.interfaceIndex() != tunIndex) {
        out.add(Prefix.of(a.address(), a.prefixLength()));
      }
    }
    return new OwnNetworks(out);
  }

  /** A prefix for people. */
  static String text(Prefix p) {
    return IpText.of(p.address()) + "/" + p.length();
  }

  /** The own network that a prefix is, or lies in; null if there is none. */
  public @Nullable Prefix with(Prefix p) {
    for (Prefix own : all) {
      if (own.bits() <= p.bits() && own.isIpv4() == p.isIpv4() && own.contains(p.hi(), p.lo())) {
        return own;
      }
    }
    return null;
  }
}
