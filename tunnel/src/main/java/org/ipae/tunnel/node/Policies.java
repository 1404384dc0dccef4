// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.Collection;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.Policy;
import org.ipae.tunnel.wire.Endpoint;

/** What a configuration says about the routes of the host. */
public final class Policies {
  private Policies() {}

  /** With the ports that are bound. */
  static Policy of(Config config, Collection<UdpSocket> listening) {
    return of(config, bound(config, listening, true), bound(config, listening, false));
  }

  /** With the ports that are written. */
  public static Policy of(Config config) {
    return of(config, written(config, true), written(config, false));
  }

  private static Policy of(Config config, Endpoint listening4, Endpoint listening6) {
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

  /** The first address to listen on decides from where own datagrams leave. */
  private static Endpoint written(Config config, boolean ipv4) {
    for (Address a : config.listen()) {
      if (a.host().indexOf(':') < 0 == ipv4) {
        Endpoint e = a.written();
        return e != null ? e : any(ipv4, a.port());
      }
    }
    return any(ipv4, 0);
  }

  private static Endpoint any(boolean ipv4, int port) {
    return ipv4 ? Endpoint.anyV4(port) : Endpoint.anyV6(port);
  }

  private static Endpoint bound(Config config, Collection<UdpSocket> listening, boolean ipv4) {
    Endpoint written = written(config, ipv4);
    return listening.stream()
        .filter(s -> s.ipv4() == ipv4)
        .findFirst()
        .map(s -> new Endpoint(written.hi(), written.lo(), s.localPort()))
        .orElse(written);
  }
}
