// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
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

  private final Environment env;
  private final Session session;
  private final Way[] ways;
  private boolean opens;
  private long nextLook = Long.MIN_VALUE;
  private Path next;

  /** Of a session that a full handshake made: its initiator opens the lanes. */
  public Ways(Environment env, Session session) {
    this.env = env;
    this.session = session;
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
        maxDatagram(path, usual),
        usual.padding(),
        usual.innerMtu());
  }

  /** What has been found for lane 0 says nothing of the way between other addresses. */
  private static int maxDatagram(Path path, SendChannel usual) {
    return path.sameAddresses(usual.path())
        ? usual.maxDatagram()
        : path.remote().payload(Sizes.MIN_PATH_MTU);
  }

  /** How many lanes have a path of their own. */
  public int apart() {
    int count = 0;
    for (int n = 1; n < ways.length; n++) {
      count += ways[n].path() != null ? 1 : 0;
    }
    return count;
  }

  /** Whether {@link #tick} has something to look at: an idle host asks ten times a second. */
  public boolean due(Moment now) {
    return now.millis() >= nextLook;
  }

  /**
   * Challenges what has not answered yet, and leaves what has been quiet too long.
   *
   * @return whether lanes go another way now
   */
  public boolean tick(Moment now, SendChannel usual) {
    boolean changed = false;
    nextLook = Long.MAX_VALUE;
    for (int n = 1; n < ways.length; n++) {
      changed |= opens ? seek(now, n, usual) : leaveIfQuiet(now, n);
    }
    return changed;
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
    nextLook = Math.min(nextLook, way.quietAt());
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
      nextLook = Math.min(nextLook, way.nextTry());
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
    Path old = way.path();
    boolean sameAddress = old != null && old.remote().sameAddress(path.remote());
    if (n == 0 && sameAddress) {
      next = path;
      return Change.SESSION;
    }
    boolean rebound = old != null && sameAddress && old.remote().port() != path.remote().port();
    if (rebound) {
      leave(n);
      nextLook = Long.MIN_VALUE;
      way.pause(now);
    }
    if (!way.challenges(now, path) && bytes >= Challenge.DATAGRAM) {
      challenge(now, n, n == 0 ? path : path.from(opens ? n : 0), usual);
    }
    return rebound ? Change.LANE : Change.NOTHING;
  }

  /**
   * Asks a path to answer. One that the lane would move to gets no padding: it may be a victim's.
   */
  private void challenge(Moment now, int n, Path path, SendChannel usual) {
    long token = BigEndian.u64(env.entropy().bytes(Item.PATH_TOKEN), 0);
    Challenge c = ways[n].challenge(now, path, token);
    Padding padding = n > 0 || c.moves() ? Padding.NONE : usual.padding();
    env.effects()
        .item(
            new SendChannel(session, n, path, c.idIndex(), maxDatagram(path, usual), padding),
            new Item.PathChallenge(token).encode());
  }

  /** A PATH_RESPONSE item came. */
  public Change answered(Moment now, long token) {
    for (int n = 0; n < ways.length; n++) {
      Challenge c = ways[n].answered(now, token);
      if (c == null) {
        continue;
      }
      if (n == 0) {
        next = c.path();
        return c.moves() ? Change.SESSION : Change.NOTHING;
      }
      take(n, c.path());
      nextLook = Long.MIN_VALUE;
      return c.moves() ? Change.LANE : Change.NOTHING;
    }
    return Change.NOTHING;
  }

  /** Where a {@link Change#SESSION} leads. */
  public Path next() {
    return next;
  }

  /** The session goes another way: so do all its lanes, until they have found their own again. */
  public void move(Path path) {
    session.path(path);
    ways[0].take(path);
    nextLook = Long.MIN_VALUE;
    for (int n = 1; n < ways.length; n++) {
      leave(n);
    }
  }

  /** The first packet of the session has shown its path. */
  public void settle(Path path) {
    session.path(path);
    ways[0].take(path);
  }

  /** An own address is gone: the session goes on, under the next id, from wherever it can. */
  public void leaveAddress() {
    ways[0].stepId();
    move(Path.to(session.path().remote()));
  }

  /** Asks the path in use to answer, so that ids may step on. */
  public void confirmId(Moment now, SendChannel usual) {
    challenge(now, 0, session.path(), usual);
  }

  /** Whether the peer has yet to show that it knows the id of lane 0. */
  public boolean idUnseen() {
    return ways[0].idUnseen();
  }

  private void leave(int n) {
    ways[n].leave();
    session.receive(n).path(null);
  }

  private void take(int n, @Nullable Path path) {
    ways[n].take(path);
    session.receive(n).path(path);
  }
}
