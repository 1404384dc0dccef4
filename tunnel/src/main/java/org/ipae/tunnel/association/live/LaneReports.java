// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Item;

/** What both sides report of the lanes of one session: FEEDBACK items. PROTOCOL.md 9.2. */
final class LaneReports {
  private final Session session;
  private final long[] lost;
  private final long[] reportedInner;

  LaneReports(Session session) {
    this.session = session;
    lost = new long[session.lanes()];
    reportedInner = new long[session.lanes()];
  }

  /** Whether inner packets have come on a lane since this was last asked. */
  boolean news(int lane) {
    long inner = session.receive(lane).innerReceived();
    boolean news = inner != reportedInner[lane];
    reportedInner[lane] = inner;
    return news;
  }

  Item.Feedback report(Moment now, int lane) {
    ReceiveLane r = session.receive(lane);
    long delayMicros = Math.max(0, now.millis() - r.lastReceived()) * 1_000;
    return new Item.Feedback(lane, r.highest(), r.missing(), r.congestion(), delayMicros);
  }

  /** The peer's report came. */
  void came(Item.Feedback report) {
    if (report.lane() < lost.length) {
      lost[report.lane()] = report.lost();
    }
  }

  /** Datagrams that the peer reports missing. */
  long lost() {
    long sum = 0;
    for (long n : lost) {
      sum += n;
    }
    return sum;
  }
}
