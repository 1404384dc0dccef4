package org.ipae.tunnel.association;

import org.ipae.crypto.Secret;
import org.ipae.tunnel.engine.PeerLink;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionTable;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** Makes the sessions of one peer, registers their connection ids, and ends them. */
final class SessionRegistry {
  private final Environment env;
  private final PeerLink link;
  private long made;

  SessionRegistry(Environment env, PeerLink link) {
    this.env = env;
    this.link = link;
  }

  /** Sessions made so far. */
  long made() {
    return made;
  }

  /**
   * Makes a session of a finished exchange and registers its ids.
   *
   * @param parent the session that the exchange was made in, null of a full handshake
   */
  SessionSet.Held adopt(
      long now,
      Established e,
      boolean initiator,
      Path path,
      SessionSet.@Nullable Held parent,
      @Nullable Object origin,
      @Nullable Object crossed) {
    int lanes = Math.max(1, Math.min(e.payload().lanes(), env.host().lanes()));
    Session.Facts facts =
        new Session.Facts(
            ++made, link.number(), e.suite(), initiator, e.remote(), e.ephemeral(), lanes, now);
    Session session = new Session(facts, path, e.split());
    for (int lane = 0; lane < lanes; lane++) {
      env.shared().sessions().register(session.receive(lane), 0, Limits.IDS_AHEAD);
    }
    env.effects().sessionsChanged();
    SessionSet.Held held = new SessionSet.Held(session, origin, crossed);
    if (parent != null) {
      held.lanes.inherit(now, parent.lanes);
    }
    return held;
  }

  /** Opens a session for the early data of its initiator; closes the secret. */
  void acceptEarly(SessionSet.Held held, Secret earlySecret, long earlyId) {
    ReceiveLane lane = held.session.acceptEarly(earlySecret, earlyId);
    env.shared().sessions().register(new SessionTable.Entry(earlyId, lane, 0));
    earlySecret.close();
    env.effects().sessionsChanged();
  }

  /** The peer has used connection id {@code index}: the next ones become known. */
  void step(ReceiveLane lane, int index) {
    env.shared().sessions().register(lane, index + 1, index + Limits.IDS_AHEAD);
  }

  /** Forgets the ids of a session and has its keys erased by the threads that own them. */
  void end(SessionSet.Held held) {
    Session s = held.session;
    endEarly(held);
    for (int lane = 0; lane < s.lanes(); lane++) {
      ReceiveLane r = s.receive(lane);
      env.shared().sessions().remove(r, 0, r.newestId() + Limits.IDS_AHEAD);
      env.effects().erase(r);
      env.effects().erase(s.send(lane));
    }
    s.eraseControlKeys();
  }

  /** Nothing more is early. */
  void endEarly(SessionSet.Held held) {
    ReceiveLane lane = held.session.early();
    held.earlyUntil = Long.MAX_VALUE;
    if (lane != null) {
      env.shared().sessions().remove(lane, held.session.earlyId());
      env.effects().erase(lane);
      held.session.forgetEarly();
    }
  }
}
