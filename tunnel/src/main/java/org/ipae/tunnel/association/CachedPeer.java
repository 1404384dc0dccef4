// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.contact.CookieStore;
import org.ipae.tunnel.association.contact.StoredCookie;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one key of a peer across restarts, so that the usual start takes no round trip.
 *
 * @param rank place among the keys of the peer: 0 is called first, and has what is known of the
 *     path
 * @param endpoint where it was last reached
 * @param suites bits of its suites as last seen
 * @param rttMicros round trip time, 0 if unknown
 * @param pathMtu what the path to it was found to carry, 0 if unknown
 * @param cookies newest first; live, owned by this object
 */
public record CachedPeer(
    PublicKey key,
    int rank,
    @Nullable Endpoint endpoint,
    int suites,
    long rttMicros,
    int pathMtu,
    List<StoredCookie> cookies)
    implements AutoCloseable {

  @Override
  public void close() {
    cookies.forEach(StoredCookie::close);
  }

  /** What is worth keeping of a peer, a record for each of its keys. */
  static List<CachedPeer> of(Association a) {
    List<CachedPeer> out = new ArrayList<>();
    for (PublicKey key : a.initiation().keys()) {
      int rank = out.size();
      boolean first = rank == 0;
      CookieStore store = a.initiation().cookies(key);
      out.add(
          new CachedPeer(
              key,
              rank,
              first ? a.endpoint() : null,
              a.initiation().suites(key),
              first ? a.sessions().pings().rttMicros() : 0,
              first ? a.sessions().sizes().found() : 0,
              store == null ? List.of() : store.stored()));
    }
    out.removeIf(p -> !p.known());
    return out;
  }

  /** Gives a new association what is known of its keys. */
  static void restore(Moment now, Association fresh, Map<PublicKey, CachedPeer> cached) {
    List<CachedPeer> known =
        fresh.initiation().keys().stream()
            .map(cached::get)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparingInt(CachedPeer::rank).reversed())
            .toList();
    for (CachedPeer p : known) {
      fresh.initiation().proven(p.key);
      fresh.initiation().suites(p.key, p.suites);
      CookieStore store = fresh.initiation().cookies(p.key);
      if (store != null) {
        store.restore(now, p.cookies);
        store.keepTrusted(fresh.config()::trusts);
      }
      if (fresh.endpoint() == null) {
        fresh.endpoint(p.endpoint);
      }
      if (p.rank == 0) {
        fresh.sessions().pings().restore(p.rttMicros);
        fresh.sessions().sizes().restore(p.pathMtu);
      }
    }
  }

  private boolean known() {
    return endpoint != null || suites != 0 || rttMicros != 0 || pathMtu != 0 || !cookies.isEmpty();
  }
}
