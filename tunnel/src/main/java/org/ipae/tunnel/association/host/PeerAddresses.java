// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Which peers are reached at which address, whatever the port. Peers are told apart by their
 * numbers. One thread.
 */
public final class PeerAddresses {
  private static final class Place {
    int[] peers = {};
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
            p.peers = Arrays.stream(p.peers).filter(n -> n != peer).toArray();
            return p.peers.length == 0 ? null : p;
          });
    }
    if (to != null) {
      Place p = places.computeIfAbsent(to.withoutPort(), a -> new Place());
      p.peers = Arrays.copyOf(p.peers, p.peers.length + 1);
      p.peers[p.peers.length - 1] = peer;
    }
  }

  /** The peers that are reached at an address. */
  public int[] at(Endpoint address) {
    Place p = places.get(address.withoutPort());
    return p == null ? new int[0] : p.peers.clone();
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
