// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.List;
import java.util.stream.Collectors;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Event;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.io.InboundLoop;
import org.ipae.tunnel.io.OutboundLoop;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.names.fresh.PeerNames;
import org.ipae.tunnel.names.fresh.Resolver;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what control causes, by handing it to the threads that own the matter: to those of
 * lane 0 unless it is another lane's.
 */
final class NodeEffects implements Effects {
  /** Prefixes that one line of the log names. */
  private static final int NAMED = 5;

  private final List<OutboundLoop> outbound;
  private final List<InboundLoop> inbound;
  private final Runnable saveCache;
  private final Resolver resolver;
  private final PeerNames names;
  private final HostNetwork network;
  private final UpPeers up;

  NodeEffects(
      List<OutboundLoop> outbound,
      List<InboundLoop> inbound,
      Runnable saveCache,
      Resolver resolver,
      PeerNames names,
      HostNetwork network,
      UpPeers up) {
    this.outbound = outbound;
    this.inbound = inbound;
    this.saveCache = saveCache;
    this.resolver = resolver;
    this.names = names;
    this.network = network;
    this.up = up;
  }

  @Override
  public void datagram(Path path, byte[] bytes) {
    outbound.getFirst().datagram(path, bytes);
  }

  @Override
  public void item(SendChannel channel, byte[] item) {
    outbound.get(channel.lane()).item(channel, item);
  }

  @Override
  public void erase(SendLane lane) {
    outbound.getFirst().erase(lane);
  }

  @Override
  public void erase(ReceiveLane lane) {
    inbound.getFirst().erase(lane);
  }

  @Override
  public void sessionsChanged() {
    inbound.forEach(InboundLoop::wake);
  }

  @Override
  public void keyRetired(X25519KeyPair pair) {
    pair.close();
  }

  @Override
  public void cacheChanged() {
    saveCache.run();
  }

  @Override
  public boolean reachable(Endpoint endpoint) {
    return network.reachable(endpoint);
  }

  @Override
  public @Nullable Uplink uplink(Endpoint endpoint) {
    return network.uplink(endpoint);
  }

  @Override
  public int linkMtu(Endpoint endpoint) {
    return network.linkMtu(endpoint);
  }

  @Override
  public void innerMtu(List<Prefix> routes, int mtu) {
    network.innerMtu(routes, mtu);
  }

  @Override
  public void carried(List<Prefix> prefixes, List<String> peers) {
    String more = prefixes.size() > NAMED ? " and " + (prefixes.size() - NAMED) + " more" : "";
    Log.info(
        prefixes.stream()
                .limit(NAMED)
                .map(p -> Cidr.of(p).toString())
                .collect(Collectors.joining(", "))
            + more
            + ": by "
            + String.join(", ", peers)
            + " now");
  }

  @Override
  public void unknownKey(Endpoint source) {
    names.unknownKey(source);
  }

  @Override
  public void event(Event event) {
    up.hear(event);
    String where = event.detail().isEmpty() ? "" : " (" + event.detail() + ")";
    String text = "peer " + event.peer() + ": " + event.why().text() + where;
    if (event.up() || event.why() == Why.IDLE) {
      Log.info(text);
    } else {
      Log.warn(text);
    }
    switch (event.why()) {
      case NO_ANSWER, DEAD, NO_ENDPOINT, NO_ROUTE, SEND_REFUSED -> {
        resolver.wanted();
        names.wanted(event.peer());
      }
      default -> {}
    }
  }
}
