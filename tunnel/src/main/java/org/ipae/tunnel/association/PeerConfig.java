package org.ipae.tunnel.association;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.engine.Padding;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What control needs to know of a peer.
 *
 * @param endpoint where to send the first message; null waits for the peer
 * @param vhost virtual host to ask for, "" for the physical one
 * @param keepAlive milliseconds of quiet after which something is sent; 0 leaves it to NAT
 *     detection
 * @param earlyData whether data may be sent and accepted before the handshake is done
 * @param requirePq whether early data needs a cookie delivered inside a tunnel, and a hybrid suite
 * @param pathMtu largest outer IP packet to the peer, 1280..65535; 0 is found by probes
 */
public record PeerConfig(
    String name,
    PublicKey key,
    @Nullable Endpoint endpoint,
    List<Prefix> routes,
    String vhost,
    long keepAlive,
    boolean earlyData,
    boolean requirePq,
    Padding padding,
    int pathMtu) {

  public PeerConfig {
    routes = List.copyOf(routes);
  }
}
