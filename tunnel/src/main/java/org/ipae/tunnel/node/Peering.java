// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ipae.crypto.PublicKey;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/**
 * What a configuration means for control and for the routes of the host.
 *
 * @param prefixes of all peers, and what becomes of packets to them while no tunnel takes them
 * @param endpoints where the peers may be, by name
 */
record Peering(
    List<PeerConfig> peers, Map<Prefix, IfDown> prefixes, Map<String, List<Endpoint>> endpoints) {
  Peering {
    peers = List.copyOf(peers);
    prefixes = Map.copyOf(prefixes);
    endpoints = Map.copyOf(endpoints);
  }

  /** With the addresses of its endpoints as far as they are known. */
  static Peering of(Config config, Resolver resolver) {
    return new Peering(config.peerSettings(), config.prefixes(), resolver.endpoints(config));
  }

  /** The control thread, or before it runs. */
  void configure(ControlPlane plane, Map<PublicKey, CachedPeer> cached) {
    plane.configure(BootClock.nanos(), peers, endpoints, cached);
  }

  /** The same. */
  void route(HostNetwork network) {
    network.route(
        prefixes,
        endpoints.values().stream()
            .flatMap(List::stream)
            .map(Endpoint::withoutPort)
            .collect(Collectors.toSet()));
  }
}
