// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.Collection;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.Policy;

/** What a configuration says about the routes of the host. */
final class Policies {
  private Policies() {}

  /** With the ports that are bound. */
  static Policy of(Config config, Collection<UdpSocket> listening) {
    return of(config, port(listening, true), port(listening, false));
  }

  /** With the ports that are written. */
  static Policy of(Config config) {
    return of(config, port(config, true), port(config, false));
  }

  private static Policy of(Config config, int listening4, int listening6) {
    return new Policy(
        config.table(),
        config.routeProtocol(),
        config.metric(),
        config.fwmark(),
        config.rulePriority(),
        config.ports(),
        listening4,
        listening6);
  }

  private static int port(Config config, boolean ipv4) {
    return config.listen().stream()
        .filter(a -> a.host().indexOf(':') < 0 == ipv4)
        .mapToInt(Address::port)
        .findFirst()
        .orElse(0);
  }

  private static int port(Collection<UdpSocket> listening, boolean ipv4) {
    return listening.stream()
        .filter(s -> s.ipv4() == ipv4)
        .mapToInt(UdpSocket::localPort)
        .findFirst()
        .orElse(0);
  }
}
