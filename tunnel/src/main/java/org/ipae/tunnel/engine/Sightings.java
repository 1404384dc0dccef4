// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.SecondPath;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Over which path the datagrams of a session come: tells control of the first one, and of those
 * that come over another path than before. One receiving thread.
 */
final class Sightings {
  /** Least time between two notices of one lane's move, milliseconds. */
  private static final long MOVE_PERIOD = 100;

  /** How long copies go to a new port if control does not decide before, milliseconds. */
  private static final long UNDECIDED = 3_000;

  private final Notices notices;
  private final Arrival arrival;

  /**
   * @param arrival of the datagrams that will be opened
   */
  Sightings(Notices notices, Arrival arrival) {
    this.notices = notices;
    this.arrival = arrival;
  }

  /**
   * Tells control if the datagram just opened is the first of its session, or came by another path.
   *
   * @return the path it came by
   */
  Path path(ReceiveLane lane, int bytes) {
    Session session = lane.session();
    Path usual = session.path();
    Path own = apart(lane);
    Path known = own == null && arrival.cameBy(usual) ? usual : own;
    Path path = known == null ? arrival.path() : known;
    if (lane.early()) {
      return path;
    }
    boolean first = !session.confirmed() && session.confirm();
    if (first && !notices.offer(new Notice.Confirmed(session, lane.number() == 0 ? path : usual))) {
      session.unconfirm(); // control has to know: the next packet tells it
    }
    if (known == null && !(first && lane.number() == 0 && path.remote().equals(usual.remote()))) {
      moved(lane, path, bytes);
    }
    return path;
  }

  /** The lane's own path if the datagram came by it. */
  private @Nullable Path apart(ReceiveLane lane) {
    Path own = lane.path();
    return own != null && arrival.cameBy(own) ? own : null;
  }

  private void moved(ReceiveLane lane, Path path, int bytes) {
    Path avoided = lane.avoided();
    if (!lane.lastWasHighest() || (avoided != null && arrival.cameBy(avoided))) {
      return;
    }
    long now = arrival.now();
    copyTo(lane, path, bytes, now);
    if (now - lane.moveTold() >= MOVE_PERIOD) {
      lane.moveTold(now);
      notices.offer(new Notice.Moved(lane, path, bytes));
    }
  }

  /** Whether a datagram that is a copy of an earlier one tells anything. */
  boolean concernsCopy(ReceiveLane lane) {
    return lane.contested() || cameAside(lane);
  }

  /** A datagram has come a second time, and is authentic. */
  void copied(ReceiveLane lane) {
    if (cameAside(lane)) {
      lane.moveTold(arrival.now());
      notices.offer(new Notice.Copied(lane));
    }
  }

  /**
   * Whether a lane above 0 has a path of its own, and the datagram came by neither possible one.
   */
  private boolean cameAside(ReceiveLane lane) {
    Path own = lane.path();
    return own != null
        && lane.number() > 0
        && !lane.early()
        && arrival.now() - lane.moveTold() >= MOVE_PERIOD
        && !arrival.cameBy(own)
        && !arrival.cameBy(lane.session().path());
  }

  /**
   * A new port of the peer's address may be a NAT's: what is sent goes there too, as many bytes as
   * have come, so that the answer to this datagram is not lost.
   */
  private void copyTo(ReceiveLane lane, Path path, int bytes, long now) {
    if (lane.number() > 0 || !lane.session().path().knowsLocal()) {
      return;
    }
    SendLane back = lane.session().send();
    SecondPath second = back.second();
    if (second != null && !second.over(now)) {
      if (arrival.cameBy(second.path())) {
        second.came(bytes);
      }
    } else if (path.remote().sameAddress(lane.session().path().remote())) {
      back.second(new SecondPath(path, bytes, now + UNDECIDED));
    }
  }
}
