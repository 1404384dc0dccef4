// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.LinkedHashMap;
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
import org.ipae.tunnel.names.fresh.PeerNames;
import org.ipae.tunnel.names.fresh.Resolver;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

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
  static Peering of(Config config, Resolver resolver, PeerNames names) {
    Map<String, List<Endpoint>> endpoints = resolver.endpoints(config);
    Map<String, PeerNames.Named> named = names.of(config);
    named.forEach((peer, n) -> {
      if (!n.places().isEmpty()) {
        endpoints.putIfAbsent(peer, n.places()); // what is written comes first
      }
    });
    return new Peering(
        config.peers().stream().map(p -> settings(p, named.get(p.name()))).toList(),
        config.prefixes(),
        endpoints);
  }

  /** Some peers whose keys are in DNS, and where they may be. */
  static Map<PeerConfig, List<Endpoint>> some(
      Config config, Resolver resolver, Map<String, PeerNames.Named> named) {
    Map<PeerConfig, List<Endpoint>> out = new LinkedHashMap<>();
    for (Config.Peer p : config.peers()) {
      PeerNames.Named n = named.get(p.name());
      if (n != null) {
        List<Endpoint> written = resolver.places(p);
        out.put(settings(p, n), written.isEmpty() ? n.places() : written);
      }
    }
    return out;
  }

  private static PeerConfig settings(Config.Peer p, PeerNames.@Nullable Named n) {
    return n == null ? p.settings() : p.settings().with(n.keys());
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
