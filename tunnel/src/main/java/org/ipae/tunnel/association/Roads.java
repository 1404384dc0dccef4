// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.List;
import java.util.Set;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.SessionSet;
import org.ipae.tunnel.association.way.NatView;
import org.ipae.tunnel.association.way.Ways;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Between which addresses the sessions of one peer go: follows the peer and the addresses of this
 * host, and tells the peer what follows from that. PROTOCOL.md section 11.
 */
final class Roads {
  private final Environment env;
  private final Association association;
  private final SessionSet set;
  private final Outlet outlet;
  private final NatView nat;
  private boolean peerCannotCall;

  Roads(Environment env, Association association, SessionSet set, Outlet outlet) {
    this.env = env;
    this.association = association;
    this.set = set;
    this.outlet = outlet;
    nat = new NatView(() -> env.host().listenPort());
  }

  /** Whether the way back closes when nothing is sent for a while: there is a NAT or firewall. */
  boolean closes() {
    return nat.nat() || peerCannotCall;
  }

  /** The peer says whether it needs this host to keep the path open. [SS-27] */
  void keepOpen(boolean needed) {
    peerCannotCall = needed;
  }

  PeerStatus.Road status(@Nullable Endpoint endpoint) {
    Path path = set.current() == null ? null : set.current().session().path();
    Endpoint observed = nat.observed();
    return new PeerStatus.Road(
        endpoint == null ? null : endpoint.toString(),
        path == null || !path.knowsLocal()
            ? null
            : new Endpoint(path.localHi(), path.localLo(), 0).host(),
        observed == null ? null : observed.toString());
  }

  /** Gives the peer a cookie for its next INIT from where it is now. */
  void giveCookie(Moment now, LiveSession live) {
    Cookie cookie =
        env.gate()
            .issue(
                now.millis(),
                live.session().path().remote(),
                Strength.of(live.session().facts().suite()));
    Item.Cookies.Cookie entry = cookie.delivered(env.gate().ttlSeconds());
    outlet.say(live, new Item.Cookies(env.host().suiteBits(), List.of(entry)));
    cookie.key().close();
  }

  /** Tells the peer its address as it is seen here. */
  void tellObserved(LiveSession live) {
    outlet.say(live, new Item.ObservedAddress(live.session().path().remote().withoutZone()));
  }

  /** The newest packet of a lane came over another path than before. */
  void moved(Moment now, ReceiveLane lane, Path path, int bytes) {
    LiveSession live = set.current();
    if (live != null && live.session() == lane.session() && live.session().confirmed()) {
      change(now, live, live.ways().moved(now, lane.number(), path, bytes, outlet.channel(live)));
    }
  }

  /** Datagrams of a lane come twice. */
  void copied(Moment now, ReceiveLane lane) {
    LiveSession live = set.find(lane.session());
    if (live != null) {
      change(now, live, live.ways().copied(now, lane.number()));
    }
  }

  /** A PATH_CHALLENGE came over {@code path}: it is answered there, and where the session goes. */
  void pathChallenged(LiveSession live, long token, Path path) {
    Item answer = new Item.PathResponse(token);
    Path usual = live.session().path();
    outlet.say(live, answer);
    if (!path.equals(usual) && !live.ways().hasLeft(path)) {
      outlet.say(live, path, answer);
    }
  }

  /** A PATH_RESPONSE came over {@code path}. */
  void pathAnswered(Moment now, LiveSession live, long token, Path path) {
    change(now, live, live.ways().answered(now, token, path, outlet.channel(live)));
  }

  /** Decides between paths, and looks for those of lanes. */
  void tick(Moment now, LiveSession live) {
    if (live.session().confirmed() && live.ways().due(now)) {
      change(now, live, live.ways().tick(now, outlet.channel(live)));
    }
  }

  private void change(Moment now, LiveSession live, Ways.Change change) {
    switch (change) {
      case NOTHING -> {}
      case LANE -> outlet.publish(now);
      case SESSION -> {
        live.ways().move(live.ways().next());
        chosen(live);
        if (live == set.current()) {
          association.endpoint(live.session().path().remote());
          outlet.publish(now);
        }
        giveCookie(now, live);
        tellObserved(live);
      }
    }
  }

  /** The path of a session is new. */
  void chosen(LiveSession live) {
    live.uplink(env.effects().uplink(live.session().path().remote()));
  }

  /**
   * Whether the kernel would send by another uplink than when the path was chosen, and from another
   * address than the path's. A way that the peer has chosen is not left for less.
   */
  private boolean otherUplink(LiveSession live) {
    Path path = live.session().path();
    Uplink before = live.uplink();
    Uplink now = env.effects().uplink(path.remote());
    if (now == null || now.equals(before)) {
      return false;
    }
    live.uplink(now);
    return before != null && path.knowsLocal() && !path.local().equals(now.source());
  }

  /** Own addresses or routes changed; addresses have port 0. */
  void ownPathChanged(Moment now, Set<Endpoint> addresses) {
    LiveSession live = set.current();
    if (live != null) {
      boolean leaves = otherUplink(live);
      if (live.ways().keepAddress(addresses, leaves)) {
        outlet.publish(now);
        live.ways().confirmId(now, outlet.channel(live));
      }
    }
    outlet.sizing(now, () -> outlet.sizes().ownPathChanged(now));
  }

  /** The peer tells this host's address as it sees it, over {@code path}. */
  void observed(Moment now, LiveSession live, Endpoint seen, Path path) {
    if (live != set.current()) {
      return;
    }
    nat.observed(seen, path);
    if (live.ways().idUnseen()) {
      // The peer has followed to the new path, so an answer can come: ids may step again.
      live.ways().confirmId(now, outlet.channel(live));
    }
  }
}
