// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.Collection;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.Policy;

/** What a configuration says about the routes of the host. */
final class Policies {
  private Policies() {}

  /** With the ports that are bound. */
  static Policy of(Config config, Collection<UdpSocket> listening) {
    return new Policy(
        config.table(),
        config.routeProtocol(),
        config.metric(),
        config.fwmark(),
        config.rulePriority(),
        config.ports(),
        port(listening, true),
        port(listening, false));
  }

  private static int port(Collection<UdpSocket> listening, boolean ipv4) {
    return listening.stream()
        .filter(s -> s.ipv4() == ipv4)
        .mapToInt(UdpSocket::localPort)
        .findFirst()
        .orElse(0);
  }
}
