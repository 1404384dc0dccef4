// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import org.ipae.tunnel.association.contact.CookieStore;
import org.ipae.tunnel.association.contact.Initiation;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.Making;
import org.ipae.tunnel.association.live.Rekeying;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;

/** Acts on what a peer says inside its sessions. PROTOCOL.md section 9. */
final class Inside {
  private final Environment env;

  Inside(Environment env) {
    this.env = env;
  }

  /** An item came on a session of a peer, over {@code path}. */
  void item(Moment now, Association peer, Session session, Item item, Path path) {
    Sessions sessions = peer.sessions();
    LiveSession live = sessions.find(session);
    if (live == null) {
      if (item instanceof Item.Cookies cookies) {
        cookies.erase(0);
      }
      return;
    }
    if (asks(item)
        && now.millis() - session.facts().createdAt() >= env.host().timing().sendUntil()) {
      return; // nothing is sent on it any more
    }
    switch (item) {
      case Item.Ping i -> sessions.pings().came(now, live, i);
      case Item.Feedback i -> sessions.feedback().came(live, i);
      case Item.Handshake i -> handshake(now, peer, live, i);
      case Item.Cookies i -> cookies(now, peer.initiation(), live, i, path);
      case Item.Close _ -> sessions.closedByPeer(now, live);
      case Item.PathChallenge i -> sessions.roads().pathChallenged(live, i.token(), path);
      case Item.PathResponse i -> sessions.roads().pathAnswered(now, live, i.token(), path);
      case Item.PathMtu i ->
          sessions.outlet().sizing(now, () -> sessions.sizes().came(now, live, i));
      case Item.Early i -> {
        if (i.answer()) {
          peer.calling().earlyAnswer(live, i);
        } else {
          sessions.early().asked(live, i.id());
        }
      }
      case Item.KeepOpen i -> sessions.roads().keepOpen(i.needed());
      case Item.ObservedAddress i -> sessions.roads().observed(now, live, i.address(), path);
    }
  }

  /** Whether an item wants an answer. */
  private static boolean asks(Item item) {
    return switch (item) {
      case Item.Ping i -> !i.answer();
      case Item.PathMtu i -> !i.answer();
      case Item.Early i -> !i.answer();
      case Item.PathChallenge _ -> true;
      case Item.Feedback _, Item.Handshake _, Item.Cookies _, Item.Close _ -> false;
      case Item.PathResponse _, Item.ObservedAddress _, Item.KeepOpen _ -> false;
    };
  }

  private void handshake(Moment now, Association peer, LiveSession live, Item.Handshake item) {
    if (!peer.accepts(live.remote()) || !env.keys().answers(live.own())) {
      env.shared().counters().drop(DropReason.POLICY);
      return;
    }
    Rekeying rekeying = peer.sessions().rekeying();
    Path path = live.session().path();
    if (!item.response()) {
      if (!env.gate().allows(now.millis(), live.remote())) {
        env.shared().counters().drop(DropReason.HANDSHAKE_LIMITED);
        return;
      }
      Established e = rekeying.question(now, live, item);
      if (e != null) {
        Making making = Making.theirs(e, live.own(), path, live, peer.exchangesUnderWay());
        peer.sessions().makeUnconfirmed(now, making, 0, null);
        rekeying.sayAnswer(live);
      }
      return;
    }
    Rekeying.Done done = rekeying.response(live, item);
    if (done != null) {
      Payloads.Second said = done.established().payload();
      peer.initiation().suites(live.remote(), said.suites());
      CookieStore store = peer.initiation().cookies(live.remote());
      if (store != null) {
        store.add(now, said.next(), said.ttlSeconds(), path);
      } else {
        said.next().key().close();
      }
      Making making = Making.inside(live, done.established(), done.origin());
      peer.established(now, peer.sessions().make(now, making));
    }
  }

  private void cookies(
      Moment now, Initiation initiation, LiveSession live, Item.Cookies item, Path path) {
    CookieStore store = initiation.cookies(live.remote());
    if (store == null) {
      item.erase(0);
      return;
    }
    initiation.suites(live.remote(), item.suites());
    Strength strength = Strength.of(live.session().facts().suite());
    int taken = Math.min(CookieStore.KEPT, item.cookies().size());
    for (Item.Cookies.Cookie c : item.cookies().subList(0, taken)) {
      store.add(now, Cookie.of(c, strength), c.ttlSeconds(), path);
    }
    item.erase(taken);
    env.effects().cacheChanged();
  }
}
