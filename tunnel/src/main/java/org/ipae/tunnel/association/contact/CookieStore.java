// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * The cookies that a peer gave us, newest first. One serves one INIT, from the own address where it
 * was learnt.
 */
public final class CookieStore {
  /** Cookies kept of a peer. */
  public static final int KEPT = 3;

  /** Least time that a cookie must still have, milliseconds. */
  static final long MARGIN = 10_000;

  /** Longest time that a cookie is kept, whatever its issuer says, seconds: [CK-6]. */
  static final long LONGEST = 86_400;

  /** A cookie taken for an INIT; {@code age} in milliseconds. */
  record Taken(Cookie cookie, long age, long localHi, long localLo) {

    Candidate with(int suites, Moment now, Endpoint remote) {
      return new Candidate(cookie, suites, now.millis() - age, remote, localHi, localLo);
    }
  }

  private record Kept(Cookie cookie, long receivedAt, long ttl, long localHi, long localLo)
      implements AutoCloseable {

    /**
     * Whether a datagram to that place may leave from where it was learnt.
     *
     * @param source from where the kernel would send it; null if it does not tell
     */
    boolean serves(Endpoint remote, @Nullable Endpoint source) {
      Endpoint local = new Endpoint(localHi, localLo, 0);
      return (localHi | localLo) == 0
          || (source == null ? local.isIpv4() == remote.isIpv4() : local.sameAddress(source));
    }

    @Override
    public void close() {
      cookie.key().close();
    }
  }

  private final Deque<Kept> cookies = new ArrayDeque<>(KEPT);

  /** Keeps one more; the oldest beyond {@link #KEPT} are forgotten. */
  public void add(Moment now, Cookie cookie, long ttlSeconds, Path learntOn) {
    long ttl = Math.min(ttlSeconds, LONGEST) * 1_000;
    cookies.addFirst(new Kept(cookie, now.millis(), ttl, learntOn.localHi(), learntOn.localLo()));
    while (cookies.size() > KEPT) {
      cookies.removeLast().close();
    }
  }

  /**
   * Whether one serves for an INIT to this place.
   *
   * @param host is asked from where it would send
   */
  boolean serves(Moment now, Endpoint remote, Effects host) {
    return !serving(now, remote, host).isEmpty();
  }

  /** Takes the newest of the strongest out that serve for an INIT to this place. */
  @Nullable Taken take(Moment now, Endpoint remote, Effects host) {
    Kept best = null;
    for (Kept k : serving(now, remote, host)) {
      if (best == null || k.cookie.strength().compareTo(best.cookie.strength()) > 0) {
        best = k;
      }
    }
    return takeOut(now, best);
  }

  private List<Kept> serving(Moment now, Endpoint remote, Effects host) {
    prune(now);
    if (cookies.isEmpty()) {
      return List.of();
    }
    Uplink uplink = host.uplink(remote);
    Endpoint source = uplink == null ? null : uplink.source();
    return cookies.stream().filter(k -> k.serves(remote, source)).toList();
  }

  private @Nullable Taken takeOut(Moment now, @Nullable Kept kept) {
    if (kept == null) {
      return null;
    }
    cookies.remove(kept);
    return new Taken(kept.cookie, now.millis() - kept.receivedAt, kept.localHi, kept.localLo);
  }

  /** How long the newest one may still be used, -1 if there is none. */
  long usableFor(Moment now) {
    prune(now);
    Kept newest = cookies.peekFirst();
    return newest == null ? -1 : newest.receivedAt + newest.ttl - now.millis();
  }

  int size() {
    return cookies.size();
  }

  void clear() {
    forget(_ -> true);
  }

  /** Forgets those whose delivery does not suffice. */
  public void keepTrusted(Predicate<Strength> trusted) {
    forget(k -> !trusted.test(k.cookie.strength()));
  }

  /** Forgets those learnt at own addresses that are gone; addresses have port 0. */
  void keepLocal(Set<Endpoint> addresses) {
    forget(k ->
        (k.localHi | k.localLo) != 0 && !addresses.contains(new Endpoint(k.localHi, k.localLo, 0)));
  }

  /** All, to be kept across a restart; the caller closes them. */
  public List<StoredCookie> stored() {
    List<StoredCookie> out = new ArrayList<>();
    for (Kept k : cookies) {
      out.add(
          new StoredCookie(
              k.cookie.tag().clone(),
              k.cookie.key().copy(),
              k.receivedAt,
              k.ttl,
              k.localHi,
              k.localLo,
              k.cookie.strength()));
    }
    return out;
  }

  /** Copies what {@link #stored} gave, without those whose time is over. */
  public void restore(Moment now, List<StoredCookie> stored) {
    for (StoredCookie c : stored) {
      if (c.receivedAt() <= now.millis() && cookies.size() < KEPT) {
        cookies.addLast(
            new Kept(
                new Cookie(c.tag(), c.key().copy(), c.strength()),
                c.receivedAt(),
                c.ttl(),
                c.localHi(),
                c.localLo()));
      }
    }
    prune(now);
  }

  private void prune(Moment now) {
    forget(k -> now.millis() - k.receivedAt >= k.ttl - MARGIN);
  }

  private void forget(Predicate<Kept> over) {
    cookies.removeIf(k -> {
      boolean gone = over.test(k);
      if (gone) {
        k.close();
      }
      return gone;
    });
  }
}
