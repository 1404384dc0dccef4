// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Dns;
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

  /**
   * Those that are configured; if there are none, those of resolv.conf as it is at each moment.
   *
   * @throws IOException with one line, if the interface of a link-local one does not exist
   */
  public static Supplier<List<InetSocketAddress>> of(Dns dns) throws IOException {
    if (dns.resolvers().isEmpty()) {
      return () -> {
        ResolverConfig.refresh();
        return List.copyOf(ResolverConfig.getCurrentConfig().servers());
      };
    }
    List<InetSocketAddress> written = new ArrayList<>();
    for (Address a : dns.resolvers()) {
      if (a.written() == null) {
        throw new IOException(
            "resolver " + a.host() + ": there is no such interface; see: ip link");
      }
      written.add(a.socketAddress());
    }
    return () -> written;
  }
}
