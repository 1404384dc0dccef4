// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.ipae.tunnel.routing.PortRange;
import org.xbill.DNS.ResolverConfig;

/** Whom this host asks. */
public final class NameServers {
  private NameServers() {}

  /**
   * Questions leave from these UDP ports from now on, which rules keep out of the tunnel; what does
   * not fit into a datagram, from any. For the whole process: the library reads them once.
   */
  public static void askFrom(PortRange ports) {
    System.setProperty("dnsjava.udp.ephemeral.start", Integer.toString(ports.first()));
    System.setProperty("dnsjava.udp.ephemeral.end", Integer.toString(ports.last()));
    System.setProperty("dnsjava.udp.ephemeral.use_ephemeral_port", "false");
  }

  /** Those of resolv.conf as it is at each moment. */
  public static Supplier<List<InetSocketAddress>> ofHost() {
    return () -> {
      ResolverConfig.refresh();
      return List.copyOf(ResolverConfig.getCurrentConfig().servers());
    };
  }
}
