// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.Item;

/** Tells the peer what comes on each lane, and measures round trips while traffic comes. */
public final class Feedback {
  /** Least time between FEEDBACK items of a lane, milliseconds. */
  static final long PERIOD = 1_000;

  /** Time between round trip measurements while traffic comes, milliseconds. */
  static final long PING_PERIOD = 5_000;

  private final Environment env;
  private final Speaker speaker;
  private final Pings pings;
  private long sentAt;
  private long pingedAt;

  public Feedback(Environment env, Speaker speaker, Pings pings) {
    this.env = env;
    this.speaker = speaker;
    this.pings = pings;
  }

  /** Sends what is new on a session. */
  public void tick(Moment now, LiveSession live) {
    if (now.millis() - sentAt < PERIOD) {
      return;
    }
    boolean told = false;
    for (int n = 0; n < live.session().lanes(); n++) {
      if (live.reports().news(n)) {
        told = true;
        byte[] item = live.reports().report(now, n).encode();
        env.effects().item(live.ways().channel(n, speaker.channel(live)), item);
      }
    }
    if (!told) {
      return;
    }
    sentAt = now.millis();
    if (now.millis() - pingedAt >= PING_PERIOD) {
      pingedAt = now.millis();
      pings.ask(now, live, null);
    }
  }

  /** The peer tells what has come there. */
  public void came(LiveSession live, Item.Feedback report) {
    live.reports().came(report);
  }
}
