// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one peer: the current one sends; superseded ones receive on until the peer has
 * stopped using them, so that both sides need not agree on the instant of a change.
 */
public final class SessionSet {
  /** Superseded sessions kept: with new keys every 3 s, asked for by both sides, there are 20. */
  static final int SUPERSEDED = 32;

  /** In the order in which they were made. */
  private final List<LiveSession> all = new ArrayList<>(0);

  private @Nullable LiveSession current;

  public void add(LiveSession live) {
    all.add(live);
  }

  /** The one that sends, null if none does. */
  public @Nullable LiveSession current() {
    return current;
  }

  /** In the order in which they were made. */
  public List<LiveSession> all() {
    return all;
  }

  public @Nullable LiveSession find(Session session) {
    for (LiveSession s : all) {
      if (s.session().equals(session)) {
        return s;
      }
    }
    return null;
  }

  /**
   * A session is confirmed: it becomes the current one, unless it crossed with the current one and
   * has the higher ephemeral, or {@code yields} to it.
   *
   * @param yields whether it is with another host than the current one, which is preferred
   * @return whether it is current now
   */
  public boolean confirm(Moment now, LiveSession live, boolean yields) {
    LiveSession before = current;
    if (before == live) {
      return true;
    }
    boolean lost =
        before != null && before.crossedWith(live) && before.session().lowerThan(live.session());
    if (before != null && (lost || yields)) {
      live.supersede(now);
      return false;
    }
    if (before != null) {
      before.supersede(now);
    }
    current = live;
    live.resume();
    return true;
  }

  /** The current session sends no more; it still receives. */
  public void demote(Moment now) {
    if (current != null) {
      current.supersede(now);
      current = null;
    }
  }

  /** Takes out the oldest superseded sessions beyond {@link #SUPERSEDED}. */
  public List<LiveSession> takeSuperfluous() {
    return takeOldest(LiveSession::superseded, SUPERSEDED);
  }

  /** Takes out the oldest sessions that wait for their first packet, all but {@code left}. */
  public List<LiveSession> takeUnconfirmed(int left) {
    return takeOldest(s -> !s.session().confirmed(), left);
  }

  /** Of the sessions for which this holds, takes out all but the {@code left} newest. */
  private List<LiveSession> takeOldest(Predicate<LiveSession> these, int left) {
    List<LiveSession> over = new ArrayList<>(all);
    over.removeIf(these.negate());
    over.subList(Math.max(0, over.size() - left), over.size()).clear();
    return take(over::contains);
  }

  /** Takes out every session whose time is over. */
  public List<LiveSession> takeExpired(Moment now, Timing timing) {
    return take(s -> {
      long age = now.millis() - s.createdAt();
      boolean stale =
          !s.session().confirmed()
              ? age >= HandshakeLimits.UNCONFIRMED_LIFE
              : s != current
                  && now.millis() - Math.max(s.supersededAt(now), s.lastReceived())
                      >= timing.receiveAfter();
      return stale || age >= Timing.SESSION_END;
    });
  }

  /** Takes out a session and every one made before it with the same key of the peer. */
  public List<LiveSession> takeUpTo(LiveSession last) {
    long id = last.session().facts().id();
    return take(s -> s.session().facts().id() <= id && s.remote().equals(last.remote()));
  }

  /** Takes out the sessions for which this holds. */
  public List<LiveSession> take(Predicate<LiveSession> over) {
    List<LiveSession> out = all.stream().filter(over).toList();
    all.removeAll(out);
    if (current != null && out.contains(current)) {
      current = null;
    }
    return out;
  }

  /** The newest confirmed session, current or not; null if there is none. */
  public @Nullable LiveSession newestConfirmed() {
    LiveSession best = null;
    for (LiveSession s : all) {
      if (s.session().confirmed() && (best == null || s.createdAt() >= best.createdAt())) {
        best = s;
      }
    }
    return best;
  }

  /** The newest session that waits for its first packet; null if there is none. */
  public @Nullable LiveSession newestUnconfirmed() {
    LiveSession best = null;
    for (LiveSession s : all) {
      if (!s.session().confirmed()) {
        best = s;
      }
    }
    return best;
  }

  /** The session that sends, or that may until the peer speaks; null if there is none. */
  public @Nullable LiveSession sending(Moment now) {
    if (current != null) {
      return current;
    }
    LiveSession caller = newestUnconfirmed();
    return caller == null || caller.callerLate(now) ? null : caller;
  }
}
