// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;

/**
 * How often the timers of a peer's sessions are looked at. All peers share the same beats, so that
 * a host wakes once for all of them. What ends a quiet time is noticed by packet threads, {@link
 * org.ipae.tunnel.link.Notice.Awake}. Milliseconds.
 */
public final class Beat {
  private static final long BUSY = 100;

  /** The peer is silent and may speak again. */
  private static final long SILENT = 300;

  /** Nothing was sent or received for a while, but something is waited for. */
  private static final long WAITING = 450;

  /** Nothing was sent or received for a while, and nothing is waited for. */
  private static final long IDLE = 2_000;

  private final Environment env;
  private final SessionSet set;

  public Beat(Environment env, SessionSet set) {
    this.env = env;
    this.set = set;
  }

  /**
   * The next one.
   *
   * @param waits whether something may come to an end without a packet
   */
  public long next(Moment now, boolean waits) {
    long beat = length(now, waits);
    long start = env.startedAt().millis();
    return start + (Math.floorDiv(now.millis() - start, beat) + 1) * beat;
  }

  private long length(Moment now, boolean waits) {
    if (!set.all().stream().allMatch(s -> s.session().quiet(now.millis()))) {
      return BUSY;
    }
    LiveSession live = set.current();
    if (live == null) {
      return SILENT;
    }
    boolean answered = live.lastReceived() >= live.session().lastSent();
    return waits || !answered || live.ways().waits() ? WAITING : IDLE;
  }
}
