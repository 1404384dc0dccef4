// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.way.Ways.Change;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.session.SecondPath;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** Begins, decides and ends the {@link Contest}s of one session's lanes. */
final class Contests {
  private final Ways ways;
  private final Session session;
  private final Challenger challenger;

  Contests(Ways ways, Session session, Challenger challenger) {
    this.ways = ways;
    this.session = session;
    this.challenger = challenger;
  }

  /**
   * Datagrams come from {@code claimed}: it and the known path are asked to answer. A lane above 0
   * whose port has changed goes by the session's path meanwhile.
   */
  Change claimed(Moment now, int n, Way way, Path claimed, SendChannel usual) {
    Contest c = way.contest();
    Path known = way.path();
    Change change = Change.NOTHING;
    if (known != null && (c == null || (c.taken() && !c.known().equals(claimed)))) {
      c = new Contest(now, known, claimed, challenger.token(), challenger.token(), way.nextId());
      way.contest(c);
      if (n > 0 && known.remote().sameAddress(claimed.remote())) {
        ways.take(n, null);
        change = Change.LANE;
      }
    }
    if (c != null && c.claimed().equals(claimed) && c.asks(now)) {
      challenger.ask(n, claimed, c.claimedToken(), c.idIndex(), usual, Padding.NONE);
      askKnown(n, c, way, usual);
    }
    return change;
  }

  private void askKnown(int n, Contest c, Way way, SendChannel usual) {
    challenger.ask(n, c.known(), c.knownToken(), way.idIndex(), usual, Padding.NONE);
  }

  /** What an answer that came over {@code by} decides; null if it answers no question here. */
  @Nullable Change answered(Moment now, int n, Way way, long token, Path by, SendChannel usual) {
    Contest c = way.contest();
    return c == null
        ? null
        : switch (c.answered(now, token, by)) {
          case OPEN -> null;
          case REFUTED -> refuted(now, n, way, c);
          case ANSWERED -> {
            claimAnswered(n, way, c, usual);
            yield Change.NOTHING;
          }
        };
  }

  /** The known path gets another chance: its first challenge may have been lost. */
  private void claimAnswered(int n, Way way, Contest c, SendChannel usual) {
    SecondPath second = session.send(n).second();
    if (second != null && second.path().remote().equals(c.claimed().remote())) {
      second.came(Integer.MAX_VALUE); // as many bytes as there are
    }
    askKnown(n, c, way, usual);
  }

  private Change refuted(Moment now, int n, Way way, Contest c) {
    way.refuted(now, c.claimed());
    session.send(n).second(null);
    boolean stays = c.known().equals(way.path());
    if (stays || (n > 0 && !c.known().remote().sameAddress(session.path().remote()))) {
      return Change.NOTHING;
    }
    return ways.follow(n, c.known());
  }

  /** When {@link #decide} has something to do, milliseconds; the distant future if never. */
  long dueAt(Way way) {
    Contest c = way.contest();
    return c == null ? Long.MAX_VALUE : Math.min(c.takenAt(), c.overAt());
  }

  /** Takes a claimed path that has answered alone, and ends what is over. */
  Change decide(Moment now, int n, Way way) {
    Contest c = way.contest();
    if (c == null) {
      return Change.NOTHING;
    }
    boolean takes = c.takes(now);
    if (takes) {
      way.saw(now, c.idIndex());
    }
    if (now.millis() >= c.overAt()) {
      end(n, way);
    }
    return takes ? ways.follow(n, c.claimed()) : Change.NOTHING;
  }

  private void end(int n, Way way) {
    way.endContest();
    if (n == 0) {
      session.send(0).second(null);
    } else if (way.path() == null) {
      ways.leave(n); // no path has answered
    }
  }
}
