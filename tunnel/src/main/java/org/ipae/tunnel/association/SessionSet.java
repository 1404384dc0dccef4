package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one peer: the current one sends; superseded ones receive on until the peer has
 * stopped using them, so that both sides need not agree on the instant of a change.
 */
final class SessionSet {

  /** A session and what selects it. */
  static final class Held {
    final Session session;

    /** The own exchange that was under way when the peer's was answered: they crossed. */
    final @Nullable Object crossed;

    /** The own exchange that made this session. */
    final @Nullable Object origin;

    final Lanes lanes;

    long supersededAt = Long.MAX_VALUE;
    long earlyUntil = Long.MAX_VALUE;

    /** Own connection id of lane 0 in use, and the highest that the peer is known to have seen. */
    int idIndex;

    int ackedId;

    Held(Session session, @Nullable Object origin, @Nullable Object crossed) {
      this.session = session;
      this.origin = origin;
      this.crossed = crossed;
      lanes = new Lanes(session);
    }
  }

  /** Superseded sessions kept: with new keys every 3 s, asked for by both sides, there are 20. */
  static final int SUPERSEDED = 32;

  private final List<Held> all = new ArrayList<>();
  private @Nullable Held current;

  void add(Held held) {
    all.add(held);
  }

  @Nullable Session current() {
    return current == null ? null : current.session;
  }

  List<Held> all() {
    return all;
  }

  @Nullable Held find(Session session) {
    for (Held h : all) {
      if (h.session == session) {
        return h;
      }
    }
    return null;
  }

  /**
   * A session is confirmed: it becomes the current one, unless it crossed with the current one and
   * has the higher ephemeral.
   *
   * @return whether it is current now
   */
  boolean confirmed(long now, Held held) {
    Held before = current;
    if (before == held) {
      return true;
    }
    if (before != null && crossed(before, held) && before.session.lowerThan(held.session)) {
      held.supersededAt = now;
      return false;
    }
    if (before != null) {
      before.supersededAt = now;
    }
    current = held;
    held.supersededAt = Long.MAX_VALUE;
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // the exchange itself, not an equal one
  private static boolean crossed(Held a, Held b) {
    return (a.origin != null && a.origin == b.crossed)
        || (b.origin != null && b.origin == a.crossed);
  }

  /** The current session sends no more; it still receives. */
  void demote(long now) {
    if (current != null) {
      current.supersededAt = now;
      current = null;
    }
  }

  /** Takes out the oldest superseded sessions beyond {@link #SUPERSEDED}. */
  List<Held> superfluous() {
    List<Held> over = new ArrayList<>(all);
    over.removeIf(h -> h.supersededAt == Long.MAX_VALUE);
    over.subList(Math.max(0, over.size() - SUPERSEDED), over.size()).clear();
    all.removeAll(over);
    return over;
  }

  /** Takes out every session whose time is over. */
  List<Held> expired(long now, Timing timing, long unconfirmedLife) {
    List<Held> over = new ArrayList<>();
    for (Held h : all) {
      long age = now - h.session.facts().createdAt();
      boolean stale =
          !h.session.confirmed()
              ? age >= unconfirmedLife
              : h != current
                  && now - Math.max(orNow(h.supersededAt, now), h.session.lastReceived())
                      >= timing.receiveAfter();
      if (stale || age >= timing.sendUntil() + timing.receiveAfter()) {
        over.add(h);
      }
    }
    all.removeAll(over);
    if (current != null && over.contains(current)) {
      current = null;
    }
    return over;
  }

  private static long orNow(long at, long now) {
    return at == Long.MAX_VALUE ? now : at;
  }

  /** The newest confirmed session, current or not; null if there is none. */
  @Nullable Held newestConfirmed() {
    Held best = null;
    for (Held h : all) {
      if (h.session.confirmed()
          && (best == null || h.session.facts().createdAt() >= best.session.facts().createdAt())) {
        best = h;
      }
    }
    return best;
  }

  /** Takes out a session and every one made before it. */
  List<Held> closeUpTo(Held last) {
    long id = last.session.facts().id();
    List<Held> over = new ArrayList<>(all);
    over.removeIf(h -> h.session.facts().id() > id);
    all.removeAll(over);
    if (current != null && over.contains(current)) {
      current = null;
    }
    return over;
  }

  /** Takes everything out. */
  List<Held> clear() {
    List<Held> over = new ArrayList<>(all);
    all.clear();
    current = null;
    return over;
  }
}
