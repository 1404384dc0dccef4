// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.HashMap;
import java.util.Map;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.live.EarlyLanes;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.Making;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Responder;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.handshake.StrikeRegister;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Answers admitted INITs: public-key work, policy, RESP, and the session that waits for its first
 * packet.
 */
final class Answerer {
  private final Environment env;
  private final PeerBook peers;
  private final Map<Long, StrikeRegister.Key> unsettled = new HashMap<>();
  private long publicKeyOperations;

  Answerer(Environment env, PeerBook peers) {
    this.env = env;
    this.peers = peers;
  }

  /** INITs that have cost public-key work. */
  long publicKeyOperations() {
    return publicKeyOperations;
  }

  /** Answers an INIT; returns the peer that a session was made for, null if there is none. */
  @Nullable Association answer(Moment now, CookieGate.Admission admission, Path path) {
    if (!env.unconfirmed().room(path.remote(), env.host().lanes())) {
      env.shared().counters().drop(DropReason.UNCONFIRMED_LIMIT);
      return null;
    }
    publicKeyOperations++;
    Responder responder = Responder.open(admission, env.entropy());
    if (responder == null) {
      env.shared().counters().drop(DropReason.NOISE);
      return null;
    }
    try (responder) {
      Association peer = peers.holding(responder.remote());
      if (!env.gate().allows(now.millis(), responder.remote())) {
        env.gate().unanswered(admission);
        env.shared().counters().drop(DropReason.HANDSHAKE_LIMITED);
        return null;
      }
      Payloads.Status status = status(responder, admission, peer, path.remote());
      boolean early = peer != null && earlyWelcome(peer, admission);
      Responder.Answer answer = respond(now, responder, status, early, path);
      env.gate().accepted(now.millis(), admission, answer.resp());
      if (status != Payloads.Status.OK || peer == null) {
        answer.established().split().close();
        env.effects().datagram(path, answer.resp());
        return null;
      }
      Making making =
          Making.theirs(
              answer.established(), admission.identity(), path, null, peer.exchangesUnderWay());
      long budget = Math.max(0, admission.init().bytes().length - answer.resp().length);
      env.effects().datagram(path, answer.resp()); // before anything that early data draws
      LiveSession live =
          peer.sessions()
              .makeUnconfirmed(
                  now,
                  making,
                  budget,
                  early
                      ? new EarlyLanes.Keys(responder.earlySecret().copy(), admission.earlyId())
                      : null);
      unsettled.put(key(live.session()), admission.strike());
      return peer;
    }
  }

  private static boolean earlyWelcome(Association peer, CookieGate.Admission admission) {
    return peer.config().earlyData() && peer.config().trusts(admission.strength());
  }

  private Responder.Answer respond(
      Moment now, Responder responder, Payloads.Status status, boolean early, Path path) {
    Strength strength =
        status == Payloads.Status.OK ? Strength.of(responder.suite()) : Strength.CLEAR;
    Cookie next = env.gate().issue(now.millis(), path.remote(), strength);
    Payloads.Second second =
        new Payloads.Second(
            status,
            Math.max(1, Math.min(responder.payload().lanes(), env.host().lanes())),
            early,
            env.host().suiteBits(),
            next,
            env.gate().ttlSeconds());
    Responder.Answer answer = responder.respond(second);
    next.key().close();
    return answer;
  }

  private Payloads.Status status(
      Responder r, CookieGate.Admission admission, @Nullable Association peer, Endpoint source) {
    int own = env.host().suiteBits();
    DropReason reason;
    Payloads.Status status;
    if (r.payload().suitesSeen() != own || (own & admission.init().suite().bit()) == 0) {
      reason = DropReason.SUITES;
      status = Payloads.Status.SUITES;
    } else if (peer == null) {
      reason = DropReason.POLICY;
      status = Payloads.Status.POLICY;
      env.effects().unknownKey(source);
    } else if (!peer.config().permits(admission.init().suite())) {
      reason = DropReason.SUITES;
      status = Payloads.Status.SUITES;
    } else if (r.vhost() == null) {
      reason = DropReason.VHOST;
      status = Payloads.Status.VHOST;
    } else {
      return Payloads.Status.OK;
    }
    env.shared().counters().drop(reason);
    return status;
  }

  /** The session of an INIT is confirmed: its RESP need not be repeated any more. */
  void settled(Session session) {
    StrikeRegister.Key strike = unsettled.remove(key(session));
    if (strike != null) {
      env.gate().stored().settle(strike);
    }
  }

  private static long key(Session s) {
    return (long) s.facts().peer() << 32 | (s.facts().id() & 0xffff_ffffL);
  }

  /** Forgets stored answers whose sessions were never confirmed. */
  void tick(Moment now) {
    unsettled.values().removeIf(s -> !env.gate().stored().holds(now.millis(), s));
  }
}
