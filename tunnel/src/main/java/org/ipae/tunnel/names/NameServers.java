// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.ResolverConfig;

/** Whom this host asks. */
public final class NameServers {
  private NameServers() {}

  /** Those of resolv.conf as it is at each moment. */
  public static Supplier<List<InetSocketAddress>> ofHost() {
    return () -> {
      ResolverConfig.refresh();
      return List.copyOf(ResolverConfig.getCurrentConfig().servers());
    };
  }
}
