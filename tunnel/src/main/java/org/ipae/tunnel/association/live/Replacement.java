// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.peer.PeerState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.jspecify.annotations.Nullable;

/**
 * When the current session is replaced by a full handshake because a static key has changed: a
 * rekey would bind the next session to the old one. PROTOCOL.md 7.11.
 */
public final class Replacement {
  /** Longest time from a change of keys to the handshake, milliseconds: many peers spread out. */
  static final long SPREAD = 10_000;

  private final Environment env;
  private @Nullable LiveSession session;
  private long dueAt = PeerState.NEVER;

  public Replacement(Environment env) {
    this.env = env;
  }

  /**
   * Returns when a session is to be replaced, milliseconds; {@link PeerState#NEVER} if it may stay.
   *
   * @param peersKeyStays whether the key of the peer that it was made with may still be used
   */
  public long dueAt(Moment now, LiveSession live, boolean peersKeyStays) {
    if (peersKeyStays && live.own().equals(env.keys().newest())) {
      session = null;
      dueAt = PeerState.NEVER;
    } else if (session != live) {
      session = live;
      dueAt = now.millis() + delay(now, live.session());
    }
    return dueAt;
  }

  /** Somewhere in the first half of what is left until a rekey. */
  private long delay(Moment now, Session s) {
    Timing t = env.host().timing();
    long rekeyAt =
        s.facts().createdAt() + t.rekeyAfter() + (s.facts().initiator() ? 0 : t.rekeyGrace());
    long most = Math.min(SPREAD, Math.max(0, rekeyAt - now.millis()) / 2);
    return (most * BigEndian.u16(env.entropy().bytes(2), 0)) >>> 16;
  }

  /** The peer has refused it: it is tried again after a pause. */
  public void postpone(Moment now) {
    if (dueAt != PeerState.NEVER) {
      dueAt = now.millis() + env.host().timing().idleRetry();
    }
  }
}
