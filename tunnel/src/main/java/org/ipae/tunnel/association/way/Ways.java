// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import java.util.Set;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the lanes of one session go. Lane 0 has the session's path and follows a new port of the
 * same address at once. The others go the same way until one of their own has answered a challenge:
 * the side that opens lanes sends each from a port of its own, the other side answers to where it
 * has seen the lane. So every lane is a UDP flow that NATs and firewalls have seen begin, or else
 * part of that of lane 0. PROTOCOL.md section 11.
 *
 * <p>{@code usual}, an argument of most methods, is how to send on lane 0 now.
 */
public final class Ways {
  /** Challenges to a lane's path before the lane stays on the session's. */
  static final int TRIES = 6;

  /**
   * How long a lane may be silent before it is no longer answered at the path where it was seen,
   * milliseconds: firewalls forget a UDP flow after 30 s.
   */
  static final long QUIET = 20_000;

  /** What a datagram or an answer has changed. */
  public enum Change {
    NOTHING,
    /** A lane above 0 goes another way. */
    LANE,
    /** Lane 0, and the session with it, goes to {@link #next}. */
    SESSION
  }

  private final Session session;
  private final Way[] ways;
  private final Challenger challenger;
  private final Contests contests;
  private boolean opens;
  private long nextLook = Long.MIN_VALUE;
  private Path next;

  /** The last path that ended because its own address was gone; null once it is back. */
  private @Nullable Path left;

  /** Of a session that a full handshake made: its initiator opens the lanes. */
  public Ways(Environment env, Session session) {
    this.session = session;
    challenger = new Challenger(env, session);
    contests = new Contests(this, session, challenger);
    next = session.path();
    opens = session.facts().initiator();
    ways = new Way[session.lanes()];
    for (int n = 0; n < ways.length; n++) {
      ways[n] = new Way(session.receive(n));
    }
    ways[0].take(session.path());
  }

  /** Of a session that was made inside another one: its lanes go on where those were. */
  public void inherit(Moment now, Ways parent) {
    opens = parent.opens;
    for (int n = 1; n < Math.min(ways.length, parent.ways.length); n++) {
      take(n, parent.ways[n].path());
      ways[n].came(now);
    }
  }

  /** Own connection id of lane 0 in use. */
  public int idIndex() {
    return ways[0].idIndex();
  }

  /** The one to use on a path: another path than the session's must not be linked with it. */
  public int idFor(Path path) {
    return path.equals(session.path()) ? ways[0].idIndex() : ways[0].nextId();
  }

  /** How to send on every lane. */
  public SendChannel[] channels(SendChannel usual) {
    SendChannel[] out = new SendChannel[session.confirmed() ? ways.length : 1];
    for (int n = 0; n < out.length; n++) {
      out[n] = channel(n, usual);
    }
    return out;
  }

  /** How to send on one lane. */
  public SendChannel channel(int n, SendChannel usual) {
    if (n == 0) {
      return usual;
    }
    Path own = ways[n].path();
    Path path = own == null ? usual.path() : own;
    return new SendChannel(
        session,
        n,
        path,
        ways[n].idIndex(),
        Challenger.maxDatagram(path, usual),
        usual.padding(),
        usual.innerMtu());
  }

  /** How many lanes have a path of their own. */
  public int apart() {
    int count = 0;
    for (int n = 1; n < ways.length; n++) {
      count += ways[n].path() != null ? 1 : 0;
    }
    return count;
  }

  /** Whether {@link #tick} will have something to look at. */
  public boolean waits() {
    return nextLook != Long.MAX_VALUE;
  }

  /** Whether {@link #tick} has something to look at: an idle host asks ten times a second. */
  public boolean due(Moment now) {
    return now.millis() >= nextLook;
  }

  /**
   * Decides what is due, challenges what has not answered yet, and leaves what has been quiet too
   * long.
   */
  public Change tick(Moment now, SendChannel usual) {
    nextLook = Long.MAX_VALUE;
    Change change = Change.NOTHING;
    for (int n = 0; n < ways.length; n++) {
      Change decided = contests.decide(now, n, ways[n]);
      lookAt(contests.dueAt(ways[n]));
      ways[n].forgetAvoided(now);
      lookAt(ways[n].avoidedUntil());
      if (n > 0 && (opens ? seek(now, n, usual) : leaveIfQuiet(now, n))) {
        decided = Change.LANE;
      }
      change = decided.compareTo(change) > 0 ? decided : change;
    }
    return change;
  }

  private void lookAt(long millis) {
    nextLook = Math.min(nextLook, millis);
  }

  /** A lane goes that path now; lane 0 once the caller has moved the session. */
  Change follow(int n, Path path) {
    if (n == 0) {
      next = path;
      return Change.SESSION;
    }
    take(n, path);
    return Change.LANE;
  }

  private boolean leaveIfQuiet(Moment now, int n) {
    Way way = ways[n];
    if (way.path() == null) {
      return false;
    }
    if (now.millis() >= way.quietAt()) {
      leave(n);
      return true;
    }
    lookAt(way.quietAt());
    return false;
  }

  private boolean seek(Moment now, int n, SendChannel usual) {
    Way way = ways[n];
    boolean changed = false;
    Path own = way.path();
    if (!way.proven() && now.millis() >= way.nextTry()) {
      if (way.tries() < TRIES) {
        challenge(now, n, own == null ? usual.path().from(n) : own, usual);
        way.tried(now);
      } else if (own != null) {
        leave(n);
        way.giveUp();
        changed = true;
      }
    }
    if (!way.proven() && (way.tries() < TRIES || way.path() != null)) {
      lookAt(way.nextTry());
    }
    return changed;
  }

  /**
   * The newest packet of a lane came from neither its path nor the session's.
   *
   * @param bytes its length: no more is sent to an address that has not answered
   */
  public Change moved(Moment now, int n, Path path, int bytes, SendChannel usual) {
    Way way = ways[n];
    Path known = way.path();
    Path claimed = n > 0 && opens ? path.from(n) : path;
    if (hasLeft(path) || bytes < Challenge.DATAGRAM || way.avoids(now, claimed)) {
      return Change.NOTHING;
    }
    if (n == 0 && known != null && !known.knowsLocal() && known.remote().equals(path.remote())) {
      next = path;
      return Change.SESSION;
    }
    if (known != null || way.contest() != null) {
      Change change = contests.claimed(now, n, way, claimed, usual);
      lookAt(contests.dueAt(way));
      return change;
    }
    if (!way.challenges(now, claimed)) {
      challenge(now, n, claimed, usual);
    }
    return Change.NOTHING;
  }

  /**
   * Datagrams of a lane come twice, from its path and from another one: a copy may have taken the
   * lane from the peer. It goes by the session's path for a while.
   */
  public Change copied(Moment now, int n) {
    if (n == 0 || ways[n].path() == null) {
      return Change.NOTHING;
    }
    leave(n);
    ways[n].pause(now);
    return Change.LANE;
  }

  /**
   * Asks a path to answer. One that the lane would move to gets no padding: it may be a victim's.
   */
  private void challenge(Moment now, int n, Path path, SendChannel usual) {
    Challenge c = ways[n].challenge(now, path, challenger.token());
    Padding padding = n > 0 || c.moves() ? Padding.NONE : usual.padding();
    challenger.ask(n, path, c.token(), c.idIndex(), usual, padding);
  }

  /** A PATH_RESPONSE item came over the path {@code by}. */
  public Change answered(Moment now, long token, Path by, SendChannel usual) {
    for (int n = 0; n < ways.length; n++) {
      Change decided = contests.answered(now, n, ways[n], token, by, usual);
      if (decided != null) {
        lookAt(Math.min(contests.dueAt(ways[n]), ways[n].avoidedUntil()));
        return decided;
      }
      Challenge c = ways[n].answered(now, token);
      if (c != null) {
        nextLook = Long.MIN_VALUE;
        Change change = follow(n, c.path());
        return c.moves() ? change : Change.NOTHING;
      }
    }
    return Change.NOTHING;
  }

  /** Where a {@link Change#SESSION} leads. */
  public Path next() {
    return next;
  }

  /** Whether our end of a path has been left: a challenge that comes there has no answer there. */
  public boolean hasLeft(Path path) {
    return left != null && path.sameLocal(left);
  }

  /** The session goes another way: so do all its lanes, until they have found their own again. */
  public void move(Path path) {
    session.path(path);
    ways[0].take(path);
    session.send(0).second(null);
    nextLook = Long.MIN_VALUE;
    for (int n = 1; n < ways.length; n++) {
      Contest c = ways[n].contest();
      leave(n);
      if (c != null && c.claimed().remote().sameAddress(path.remote())) {
        ways[n].contest(c); // the lane moves with the session, and will answer
      }
    }
  }

  /** The first packet of the session has shown its path. */
  public void settle(Path path) {
    session.path(path);
    ways[0].take(path);
  }

  /**
   * Own addresses are these now; they have port 0. If that of the path is gone, or is to be left,
   * the session goes on, under the next id, from wherever it can.
   *
   * @param leaves whether the path's address is to be left
   * @return whether it is
   */
  public boolean keepAddress(Set<Endpoint> addresses, boolean leaves) {
    if (left != null && addresses.contains(left.local())) {
      left = null;
    }
    if (!leaves && addresses.contains(session.path().local())) {
      return false;
    }
    ways[0].stepId();
    left = session.path().knowsLocal() ? session.path() : left;
    move(Path.to(session.path().remote()));
    return true;
  }

  /** Asks the path in use to answer, so that ids may step on. */
  public void confirmId(Moment now, SendChannel usual) {
    challenge(now, 0, session.path(), usual);
  }

  /** Whether the peer has yet to show that it knows the id of lane 0. */
  public boolean idUnseen() {
    return ways[0].idUnseen();
  }

  void leave(int n) {
    ways[n].leave();
    session.send(n).second(null);
    session.receive(n).path(null);
  }

  void take(int n, @Nullable Path path) {
    ways[n].take(path);
    session.receive(n).path(path);
  }
}
