// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Which peers are reached at which address, whatever the port. Peers are told apart by their
 * numbers. One thread.
 */
public final class PeerAddresses {
  private static final class Place {
    final Set<Integer> peers = new LinkedHashSet<>();
    long unreadable;
  }

  private final Map<Endpoint, Place> places = new HashMap<>();

  /** A peer is reached somewhere else now; null means nowhere. */
  public void move(int peer, @Nullable Endpoint from, @Nullable Endpoint to) {
    if (from != null && to != null && from.sameAddress(to)) {
      return;
    }
    if (from != null) {
      places.computeIfPresent(
          from.withoutPort(),
          (a, p) -> {
            p.peers.remove(peer);
            return p.peers.isEmpty() ? null : p;
          });
    }
    if (to != null) {
      places.computeIfAbsent(to.withoutPort(), a -> new Place()).peers.add(peer);
    }
  }

  /** The peers that are reached at an address. */
  public Set<Integer> at(Endpoint address) {
    Place p = places.get(address.withoutPort());
    return p == null ? Set.of() : Set.copyOf(p.peers);
  }

  /** A request came from an address that no key of this host reads; counted if a peer is there. */
  public void unreadable(Endpoint from) {
    Place p = places.get(from.withoutPort());
    if (p != null) {
      p.unreadable++;
    }
  }

  /** How many such requests have come from an address. */
  public long unreadableFrom(@Nullable Endpoint address) {
    Place p = address == null ? null : places.get(address.withoutPort());
    return p == null ? 0 : p.unreadable;
  }
}
