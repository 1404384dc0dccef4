package org.ipae.tunnel.association;

import java.util.HashMap;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Responder;
import org.ipae.tunnel.handshake.StrikeRegister;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Answers admitted INITs: public-key work, policy, RESP, and the session that waits for its first
 * packet.
 */
final class Answerer {
  private final Environment env;
  private final Map<PublicKey, Association> byKey;
  private final Map<Long, StrikeRegister.Key> unsettled = new HashMap<>();
  private long publicKeyOperations;

  Answerer(Environment env, Map<PublicKey, Association> byKey) {
    this.env = env;
    this.byKey = byKey;
  }

  /** INITs that have cost public-key work. */
  long publicKeyOperations() {
    return publicKeyOperations;
  }

  void answer(long nanos, CookieGate.Admission admission, Path path) {
    long now = nanos / 1_000_000;
    int unconfirmed = 0;
    int fromHere = 0;
    for (Association a : byKey.values()) {
      unconfirmed += a.unconfirmed();
      fromHere += a.unconfirmedFrom(path.remote());
    }
    if (fromHere >= HandshakeLimits.UNCONFIRMED_PER_ADDRESS
        || unconfirmed >= HandshakeLimits.UNCONFIRMED) {
      env.shared().counters().drop(DropReason.UNCONFIRMED_LIMIT);
      return;
    }
    publicKeyOperations++;
    Responder responder = Responder.open(admission, env.entropy());
    if (responder == null) {
      env.shared().counters().drop(DropReason.NOISE);
      return;
    }
    try (responder) {
      Association peer = byKey.get(responder.remote());
      Payloads.Status status = status(responder, admission, peer);
      boolean early =
          peer != null
              && peer.config().earlyData()
              && (!peer.config().requirePq() || admission.inTunnel());
      Cookie next =
          status == Payloads.Status.OK
              ? env.gate().issue(now, path.remote())
              : env.gate().issueToStranger(now, path.remote());
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
      env.gate().accepted(now, admission, answer.resp());
      if (status != Payloads.Status.OK || peer == null) {
        answer.established().split().close();
      } else {
        long budget = (long) admission.init().bytes().length - answer.resp().length;
        peer.time(nanos);
        Session session =
            peer.unconfirmed(
                answer.established(),
                path,
                Math.max(0, budget),
                early
                    ? new Association.Responded(responder.earlySecret().copy(), admission.earlyId())
                    : null);
        unsettled.put(key(session), admission.strike());
      }
      env.effects().datagram(path, answer.resp());
    }
  }

  private Payloads.Status status(
      Responder r, CookieGate.Admission admission, @Nullable Association peer) {
    int own = env.host().suiteBits();
    DropReason reason;
    Payloads.Status status;
    if (r.payload().suitesSeen() != own || (own & admission.init().suite().bit()) == 0) {
      reason = DropReason.SUITES;
      status = Payloads.Status.SUITES;
    } else if (peer == null) {
      reason = DropReason.POLICY;
      status = Payloads.Status.POLICY;
    } else if (peer.config().requirePq() && !admission.init().suite().hybrid()) {
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
      env.gate().strikes().settle(strike);
    }
  }

  private static long key(Session s) {
    return (long) s.facts().peer() << 32 | (s.facts().id() & 0xffff_ffffL);
  }

  /** Forgets stored answers whose sessions were never confirmed. */
  void tick(long now) {
    unsettled.entrySet().removeIf(e -> !env.gate().strikes().answerable(e.getValue(), now));
  }
}
