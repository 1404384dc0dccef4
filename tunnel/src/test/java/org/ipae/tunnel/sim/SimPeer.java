// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/** A peer as tests configure it: its settings and where it is. */
public record SimPeer(
    String name,
    PublicKey key,
    Endpoint endpoint,
    List<Prefix> routes,
    String vhost,
    long keepAliveMillis,
    boolean earlyData,
    boolean requirePq,
    Padding padding,
    int pathMtu,
    List<PeerKey> furtherKeys) {

  public SimPeer(
      String name,
      PublicKey key,
      Endpoint endpoint,
      List<Prefix> routes,
      String vhost,
      long keepAliveMillis,
      boolean earlyData,
      boolean requirePq,
      Padding padding,
      int pathMtu) {
    this(
        name,
        key,
        endpoint,
        routes,
        vhost,
        keepAliveMillis,
        earlyData,
        requirePq,
        padding,
        pathMtu,
        List.of());
  }

  /** The same with these keys. */
  public SimPeer keys(PublicKey first, PeerKey... further) {
    return new SimPeer(
        name,
        first,
        endpoint,
        routes,
        vhost,
        keepAliveMillis,
        earlyData,
        requirePq,
        padding,
        pathMtu,
        List.of(further));
  }

  /** The same with this key alone. */
  public SimPeer onlyKey(PeerKey only) {
    return keys(null, only);
  }

  public PeerConfig config() {
    List<PeerKey> keys = new ArrayList<>();
    if (key != null) {
      keys.add(PeerKey.pinned(key));
    }
    keys.addAll(furtherKeys);
    return new PeerConfig(
        name,
        keys,
        routes,
        vhost,
        Duration.ofMillis(keepAliveMillis),
        earlyData,
        requirePq,
        padding,
        pathMtu);
  }

  public static List<PeerConfig> configs(List<SimPeer> peers) {
    return peers.stream().map(SimPeer::config).toList();
  }

  public static Map<String, Endpoint> endpoints(List<SimPeer> peers) {
    Map<String, Endpoint> out = new LinkedHashMap<>();
    for (SimPeer p : peers) {
      if (p.endpoint != null) {
        out.put(p.name, p.endpoint);
      }
    }
    return out;
  }
}
