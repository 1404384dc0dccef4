package org.ipae.tunnel.association;

import org.ipae.tunnel.engine.Padding;
import org.ipae.tunnel.engine.SendChannel;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one session: the ways of those above 0, and what the peer tells of each. A lane goes
 * the session's way until another one has answered a challenge: the one that opens lanes sends each
 * from a port of its own, the other one answers to where it has seen the lane. So every lane is a
 * UDP flow of its own that NATs and firewalls have seen begin, or else part of that of lane 0.
 * PROTOCOL.md section 11.
 */
final class Lanes {
  /** Challenges to a lane's way before it stays on the session's. */
  static final int TRIES = 6;

  /**
   * How long a lane may be silent before it is no longer answered to where it was seen,
   * milliseconds: firewalls forget a UDP flow after 30 s.
   */
  static final long QUIET = 20_000;

  private static final class Lane {
    final ReceiveLane receive;

    /** Null for the session's. */
    @Nullable Path path;

    /** Whether the path has answered in this session. */
    boolean proven;

    long since;
    @Nullable PathProbe probe;
    int tries;
    long nextTry = Long.MIN_VALUE;
    int idIndex;
    int ackedId;
    long lost;
    long toldInner;

    Lane(ReceiveLane receive) {
      this.receive = receive;
    }

    /** The next connection id, or the current one if the peer may not know the next one yet. */
    int nextId() {
      return Math.min(idIndex + 1, ackedId + Limits.IDS_AHEAD);
    }

    void take(@Nullable Path next) {
      path = next;
      receive.path(next);
    }

    void leave() {
      if (path != null) {
        idIndex = nextId();
        take(null);
      }
      proven = false;
      probe = null;
      tries = 0;
      nextTry = Long.MIN_VALUE;
    }
  }

  private final Session session;
  private final Lane[] lanes;
  private boolean opens;
  private long nextLook = Long.MIN_VALUE;

  /** Of a session that a full handshake made: its initiator opens the lanes. */
  Lanes(Session session) {
    this.session = session;
    opens = session.facts().initiator();
    lanes = new Lane[session.lanes()];
    for (int n = 0; n < lanes.length; n++) {
      lanes[n] = new Lane(session.receive(n));
    }
  }

  /** Of a session that was made inside another one: its lanes go on where those were. */
  void inherit(long now, Lanes parent) {
    opens = parent.opens;
    for (int n = 1; n < Math.min(lanes.length, parent.lanes.length); n++) {
      lanes[n].take(parent.lanes[n].path);
      lanes[n].since = now;
    }
  }

  /** How to send on each lane; {@code usual} is lane 0's way. */
  SendChannel[] channels(SendChannel usual) {
    SendChannel[] out = new SendChannel[session.confirmed() ? lanes.length : 1];
    for (int n = 0; n < out.length; n++) {
      out[n] = channel(n, usual);
    }
    return out;
  }

  /** How to send on one lane. */
  SendChannel channel(int n, SendChannel usual) {
    if (n == 0) {
      return usual;
    }
    Path own = lanes[n].path;
    Path path = own == null ? usual.path() : own;
    return new SendChannel(
        session,
        n,
        path,
        lanes[n].idIndex,
        maxDatagram(path, usual),
        usual.padding(),
        usual.innerMtu());
  }

  /** What has been found for lane 0 says nothing of the way between other addresses. */
  private static int maxDatagram(Path path, SendChannel usual) {
    return path.sameAddresses(usual.path())
        ? usual.maxDatagram()
        : path.remote().payload(PathMtu.BASE);
  }

  /** Lanes that have a way of their own. */
  int apart() {
    int count = 0;
    for (Lane lane : lanes) {
      count += lane.path != null ? 1 : 0;
    }
    return count;
  }

  /** Whether {@link #tick} has something to look at: an idle host asks ten times a second. */
  boolean due(long now) {
    return now >= nextLook;
  }

  /**
   * Challenges what has not answered yet, and leaves what has been quiet too long.
   *
   * @return whether the ways have changed
   */
  boolean tick(long now, Environment env, SendChannel usual) {
    boolean changed = false;
    nextLook = Long.MAX_VALUE;
    for (int n = 1; n < lanes.length; n++) {
      Lane lane = lanes[n];
      if (!opens) {
        long quietAt = Math.max(lane.since, lane.receive.lastReceived()) + QUIET;
        if (lane.path != null && now >= quietAt) {
          lane.leave();
          changed = true;
        } else if (lane.path != null) {
          nextLook = Math.min(nextLook, quietAt);
        }
      } else if (!lane.proven && now >= lane.nextTry) {
        if (lane.tries < TRIES) {
          challenge(now, env, n, lane.path == null ? usual.path().from(n) : lane.path, usual);
          lane.nextTry = now + (PathProbe.PAUSE << lane.tries++);
        } else if (lane.path != null) {
          lane.leave();
          lane.tries = TRIES;
          changed = true;
        }
      }
      boolean tries = opens && !lane.proven && (lane.tries < TRIES || lane.path != null);
      nextLook = tries ? Math.min(nextLook, lane.nextTry) : nextLook;
    }
    return changed;
  }

  /**
   * The newest packet of a lane came from neither its way nor the session's.
   *
   * @param bytes its length: no more is sent to an address that has not answered
   * @return whether the ways have changed
   */
  boolean moved(long now, Environment env, int n, Path path, int bytes, SendChannel usual) {
    Lane lane = lanes[n];
    Path old = lane.path;
    boolean rebound =
        old != null
            && old.remote().sameAddress(path.remote())
            && old.remote().port() != path.remote().port();
    if (rebound) {
      lane.leave();
      nextLook = Long.MIN_VALUE;
      lane.nextTry = now + PathProbe.PAUSE;
    }
    PathProbe p = lane.probe;
    boolean pending =
        p != null && p.path().remote().equals(path.remote()) && now - p.sentAt() < PathProbe.PAUSE;
    if (!pending && bytes >= PathProbe.DATAGRAM) {
      challenge(now, env, n, path.from(opens ? n : 0), usual);
    }
    return rebound;
  }

  private void challenge(long now, Environment env, int n, Path path, SendChannel usual) {
    Lane lane = lanes[n];
    boolean moves = !path.equals(lane.path);
    int id = moves ? lane.nextId() : lane.idIndex;
    PathProbe p = new PathProbe(path, env.entropy().bytes(Item.PATH_TOKEN), now, id, moves);
    lane.probe = p;
    env.effects()
        .item(
            new SendChannel(session, n, path, id, maxDatagram(path, usual), Padding.NONE),
            p.challenge());
  }

  /**
   * A PATH_RESPONSE item came.
   *
   * @return whether the ways have changed
   */
  boolean answered(long now, byte[] value) {
    for (Lane lane : lanes) {
      PathProbe p = lane.probe;
      if (p != null && p.answeredBy(value)) {
        lane.probe = null;
        lane.proven = true;
        lane.since = now;
        lane.ackedId = Math.max(lane.ackedId, p.idIndex());
        lane.idIndex = Math.max(lane.idIndex, p.idIndex());
        lane.take(p.path());
        nextLook = Long.MIN_VALUE;
        return p.moves();
      }
    }
    return false;
  }

  /** The session goes another way: so do all its lanes, until they have found their own again. */
  void leave() {
    nextLook = Long.MIN_VALUE;
    for (Lane lane : lanes) {
      lane.leave();
    }
  }

  /** Whether this side sends on lane {@code n}, of those given by {@code channels}, under an id. */
  boolean sendsUnder(long id, SendChannel usual) {
    for (SendChannel c : channels(usual)) {
      if (c.sender().connectionId(c.idIndex()) == id) {
        return true;
      }
    }
    return false;
  }

  /** Whether inner packets have come on a lane since this was last asked. */
  boolean news(int n) {
    long inner = lanes[n].receive.innerReceived();
    boolean news = inner != lanes[n].toldInner;
    lanes[n].toldInner = inner;
    return news;
  }

  /** The peer reports {@code datagrams} of a lane missing. */
  void lost(int n, long datagrams) {
    if (n < lanes.length) {
      lanes[n].lost = datagrams;
    }
  }

  /** Datagrams that the peer reports missing. */
  long lost() {
    long sum = 0;
    for (Lane lane : lanes) {
      sum += lane.lost;
    }
    return sum;
  }
}
