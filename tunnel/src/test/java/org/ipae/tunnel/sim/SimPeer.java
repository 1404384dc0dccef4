// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/** A peer as tests configure it: its settings and where it is. */
public record SimPeer(
    String name,
    List<PeerKey> keys,
    Endpoint endpoint,
    List<Prefix> routes,
    String vhost,
    long keepAliveMillis,
    boolean earlyData,
    boolean requirePq,
    Padding padding,
    Integer priority,
    int pathMtu) {

  /** One that shares no prefix. */
  public SimPeer(
      String name,
      List<PeerKey> keys,
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
        keys,
        endpoint,
        routes,
        vhost,
        keepAliveMillis,
        earlyData,
        requirePq,
        padding,
        null,
        pathMtu);
  }

  /** The same among several gateways with these prefixes. */
  public SimPeer sharing(int rank, Prefix... shared) {
    return new SimPeer(
        name,
        keys,
        endpoint,
        List.of(shared),
        vhost,
        keepAliveMillis,
        earlyData,
        requirePq,
        padding,
        rank,
        pathMtu);
  }

  /** The same with these keys alone. */
  public SimPeer keys(PeerKey... all) {
    return with(List.of(all), endpoint, padding, pathMtu);
  }

  public SimPeer pinned(PublicKey... all) {
    return keys(Stream.of(all).map(PeerKey::pinned).toArray(PeerKey[]::new));
  }

  /** The same, which cannot be called, as a gateway knows a road warrior. */
  public SimPeer withoutEndpoint() {
    return with(keys, null, padding, pathMtu);
  }

  public SimPeer padding(Padding other) {
    return with(keys, endpoint, other, pathMtu);
  }

  /** The same with an MTU that is not searched for. */
  public SimPeer pathMtu(int fixed) {
    return with(keys, endpoint, padding, fixed);
  }

  /** The same for hybrid suites alone. */
  public SimPeer requiringPq() {
    return new SimPeer(
        name,
        keys,
        endpoint,
        routes,
        vhost,
        keepAliveMillis,
        earlyData,
        true,
        padding,
        priority,
        pathMtu);
  }

  /** The same behind a virtual host. */
  public SimPeer asking(String other) {
    return new SimPeer(
        name,
        keys,
        endpoint,
        routes,
        other,
        keepAliveMillis,
        earlyData,
        requirePq,
        padding,
        priority,
        pathMtu);
  }

  private SimPeer with(List<PeerKey> keys, Endpoint endpoint, Padding padding, int pathMtu) {
    return new SimPeer(
        name,
        keys,
        endpoint,
        routes,
        vhost,
        keepAliveMillis,
        earlyData,
        requirePq,
        padding,
        priority,
        pathMtu);
  }

  public PeerConfig config() {
    return new PeerConfig(
        name,
        keys,
        routes,
        vhost,
        Duration.ofMillis(keepAliveMillis),
        earlyData,
        requirePq,
        padding,
        priority,
        pathMtu);
  }

  public static List<PeerConfig> configs(List<SimPeer> peers) {
    return peers.stream().map(SimPeer::config).toList();
  }

  public static Map<String, List<Endpoint>> endpoints(List<SimPeer> peers) {
    Map<String, List<Endpoint>> out = new LinkedHashMap<>();
    for (SimPeer p : peers) {
      if (p.endpoint != null) {
        out.put(p.name, List.of(p.endpoint));
      }
    }
    return out;
  }
}
