// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * The session of a peer that sends, and what is measured inside it.
 *
 * @param suite null if there is no session
 * @param lanesApart lanes that go by a UDP flow of their own, not by that of lane 0
 * @param handshakeAgeMillis age of the session, -1 if there is none
 * @param receivedAgeMillis since the last authentic datagram, -1 if there is no session
 * @param rttMicros round trip inside the protocol, 0 if unknown
 * @param sentDatagrams on this session
 * @param lostDatagrams of those the ones that the peer reports missing; without probes of the path
 *     MTU
 * @param sessions made with this peer so far
 */
public record SessionStatus(
    @Nullable String suite,
    int lanes,
    int lanesApart,
    long handshakeAgeMillis,
    long receivedAgeMillis,
    long rttMicros,
    long sentDatagrams,
    long lostDatagrams,
    long sessions) {

  static SessionStatus of(Moment now, Sessions sessions) {
    LiveSession live = sessions.current();
    long rtt = sessions.pings().rttMicros();
    if (live == null) {
      return new SessionStatus(null, 0, 0, -1, -1, rtt, sessions.sent(), 0, sessions.made());
    }
    Session s = live.session();
    return new SessionStatus(
        s.facts().suite().configName(),
        s.lanes(),
        live.ways().apart(),
        now.millis() - s.facts().createdAt(),
        Math.max(0, now.millis() - live.lastReceived()),
        rtt,
        sessions.sent(),
        Math.max(0, live.lost() - sessions.sizes().lostProbes()),
        sessions.made());
  }
}
