// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.time.Duration;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a peer. Where it is reached is not among them: that may change by itself.
 *
 * @param name what it is known by; unique
 * @param keys its static keys, none if they are in DNS and not known yet; no other peer has any of
 *     them
 * @param vhost virtual host to ask for, "" for the physical one
 * @param keepAlive time without sending after which something is sent; zero leaves it to NAT
 *     detection
 * @param earlyData whether data may be sent and accepted before the handshake is done
 * @param requirePq whether sessions need a hybrid suite, and early data a cookie delivered in such
 *     one
 * @param priority among the gateways that have the same prefixes, the lowest first; null = it
 *     shares none
 * @param pathMtu largest outer IP packet to the peer, bytes, 1280..65535; 0 is found by probes
 */
public record PeerConfig(
    String name,
    List<PeerKey> keys,
    List<Prefix> routes,
    String vhost,
    Duration keepAlive,
    boolean earlyData,
    boolean requirePq,
    Padding padding,
    @Nullable Integer priority,
    int pathMtu) {

  public PeerConfig {
    keys = List.copyOf(keys);
    routes = List.copyOf(routes);
  }

  /** The same peer with these keys. */
  public PeerConfig with(List<PeerKey> others) {
    return new PeerConfig(
        name, others, routes, vhost, keepAlive, earlyData, requirePq, padding, priority, pathMtu);
  }

  /** Its priority as a number. */
  public int rank() {
    return priority == null ? 0 : priority;
  }

  /** Whether sessions of this suite are permitted. */
  public boolean permits(Suite suite) {
    return suite.hybrid() || !requirePq;
  }

  /** Whether early data may be sent and accepted under a cookie that was delivered so. */
  public boolean trusts(Strength cookie) {
    return cookie == Strength.POST_QUANTUM || !requirePq;
  }

  /** Whether this is one of its keys. */
  public boolean has(PublicKey key) {
    return keys.stream().anyMatch(k -> k.key().equals(key));
  }
}
