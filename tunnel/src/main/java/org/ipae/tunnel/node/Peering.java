package org.ipae.tunnel.node;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.crypto.PublicKey;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.PeerConfig;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/**
 * What a configuration means for control and for the routes of the host.
 *
 * @param prefixes that are routed into the tunnel
 * @param endpoints that must stay reachable outside it, with port 0
 */
record Peering(List<PeerConfig> peers, List<Prefix> prefixes, Set<Endpoint> endpoints) {
  Peering {
    peers = List.copyOf(peers);
    prefixes = List.copyOf(prefixes);
    endpoints = Set.copyOf(endpoints);
  }

  /** With the addresses of its endpoints; blocks as {@link Resolver#peers} does. */
  static Peering of(Config config, Resolver resolver) {
    List<PeerConfig> peers = resolver.peers(config);
    Set<Endpoint> endpoints = new HashSet<>();
    for (PeerConfig p : peers) {
      Endpoint e = p.endpoint();
      if (e != null) {
        endpoints.add(new Endpoint(e.hi(), e.lo(), 0));
      }
    }
    List<Prefix> prefixes =
        config.peers().stream().flatMap(p -> p.routes().stream()).map(Cidr::prefix).toList();
    return new Peering(peers, prefixes, endpoints);
  }

  /** The control thread, or before it runs. */
  void configure(ControlPlane plane, Map<PublicKey, CachedPeer> cached) {
    plane.configure(BootClock.nanos(), peers, cached);
  }

  /** The same. */
  void route(HostNetwork network) {
    network.route(prefixes, endpoints);
  }
}
