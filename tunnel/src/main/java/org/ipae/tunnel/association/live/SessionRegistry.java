// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.way.Ways;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.RekeySecrets;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Endpoint;

/** Makes the sessions of one peer, registers their connection ids, and ends them. */
public final class SessionRegistry {
  private final Environment env;
  private final int peer;
  private long made;

  /**
   * @param peer number of the peer
   */
  public SessionRegistry(Environment env, int peer) {
    this.env = env;
    this.peer = peer;
  }

  /** Sessions made so far. */
  public long made() {
    return made;
  }

  /** Makes a session of a finished exchange and registers its ids. */
  public LiveSession make(Moment now, Making making) {
    Established e = making.established();
    int lanes = Math.max(1, Math.min(e.payload().lanes(), env.host().lanes()));
    Session.Facts facts =
        new Session.Facts(
            ++made,
            peer,
            e.suite(),
            making.initiator(),
            e.remote(),
            e.ephemeral(),
            lanes,
            now.millis());
    RekeySecrets rekey = RekeySecrets.of(e.split());
    Session session = new Session(facts, making.path(), e.split());
    for (int lane = 0; lane < lanes; lane++) {
      env.shared().sessions().register(session.receive(lane), 0, Limits.IDS_AHEAD);
    }
    env.effects().sessionsChanged();
    Ways ways = new Ways(env, session);
    LiveSession live = new LiveSession(session, making, rekey, ways);
    LiveSession parent = making.parent();
    if (parent != null) {
      ways.inherit(now, parent.ways());
    }
    if (!making.initiator()) {
      live.awaitFrom(making.path().remote());
      env.unconfirmed().add(making.path().remote(), lanes);
    }
    return live;
  }

  /** The peer has used connection id {@code index}: the next ones become known, old ones end. */
  public void step(ReceiveLane lane, int index) {
    env.shared().sessions().register(lane, index + 1, index + Limits.IDS_AHEAD);
    env.shared().sessions().remove(lane, oldest(index - Limits.IDS_AHEAD), oldest(index) - 1);
  }

  /** The oldest id that is known while {@code index} is the newest one used. */
  private static int oldest(int index) {
    return Math.max(0, index - Limits.IDS_BEHIND);
  }

  /** The first packet of a session came. */
  public void confirmed(LiveSession live) {
    Endpoint from = live.awaitedFrom();
    if (from != null) {
      env.unconfirmed().remove(from, live.session().lanes());
      live.awaitFrom(null);
    }
  }

  /** Forgets the ids of a session and has its keys erased by the threads that own them. */
  public void end(LiveSession live) {
    Session s = live.session();
    confirmed(live);
    for (int lane = 0; lane < s.lanes(); lane++) {
      ReceiveLane r = s.receive(lane);
      env.shared()
          .sessions()
          .remove(r, oldest(r.newestId() - Limits.IDS_AHEAD), r.newestId() + Limits.IDS_AHEAD);
      env.effects().erase(r);
      env.effects().erase(s.send(lane));
    }
    live.rekey().close();
  }
}
