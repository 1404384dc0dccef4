// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.association.way.Ways;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.RekeySecrets;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/** A session, and what control alone knows of it. */
public final class LiveSession {
  private static final long NEVER = Long.MAX_VALUE;

  private final Session session;
  private final HostIdentity own;
  private final @Nullable String vhost;
  private final RekeySecrets rekey;
  private final Ways ways;
  private final LaneReports reports;
  private final @Nullable Object origin;
  private @Nullable Uplink uplink;
  private final List<Object> crossed;
  private long supersededAt = NEVER;
  private long answeredAt = Long.MIN_VALUE;

  /** The lane on which early data comes. */
  private @Nullable ReceiveLane early;

  private long earlyUntil = NEVER;

  /** When the last early datagram came, once the early lane is gone. */
  private long lastEarly = Long.MIN_VALUE;

  /** Where the first packet is awaited from; null once it has come. */
  private @Nullable Endpoint awaitedFrom;

  LiveSession(Session session, Making making, RekeySecrets rekey, Ways ways) {
    this.session = session;
    this.rekey = rekey;
    this.ways = ways;
    own = making.own();
    vhost = making.vhost();
    origin = making.origin();
    crossed = making.crossed();
    reports = new LaneReports(session);
  }

  public Session session() {
    return session;
  }

  /** The key of this host that the session was made with. */
  public HostIdentity own() {
    return own;
  }

  /** The virtual host that this host has asked for; null if the peer started the chain. */
  public @Nullable String vhost() {
    return vhost;
  }

  /** The key of the peer that the session was made with. */
  public PublicKey remote() {
    return session.facts().remote();
  }

  public Ways ways() {
    return ways;
  }

  /** By which uplink its path was chosen; null if that is not known. */
  public @Nullable Uplink uplink() {
    return uplink;
  }

  public void uplink(@Nullable Uplink now) {
    uplink = now;
  }

  /** Whether the peer, who has made this session, should have spoken by now. [HS-34]. */
  public boolean callerLate(Moment now) {
    return now.millis() - createdAt() >= HandshakeLimits.CALLER_WAIT;
  }

  /** Datagrams that the peer reports missing. */
  public long lost() {
    return reports.lost();
  }

  /** Own connection id of lane 0 in use. */
  public int idIndex() {
    return ways.idIndex();
  }

  LaneReports reports() {
    return reports;
  }

  /** What a handshake inside this session is bound to; live, owned by this object. */
  RekeySecrets rekey() {
    return rekey;
  }

  /** Whether it and another one come from exchanges that crossed. */
  boolean crossedWith(LiveSession other) {
    return isAmong(origin, other.crossed) || isAmong(other.origin, crossed);
  }

  @SuppressWarnings("ReferenceEquality") // the exchange itself, not an equal one
  private static boolean isAmong(@Nullable Object exchange, List<Object> crossed) {
    return exchange != null && crossed.stream().anyMatch(c -> c == exchange);
  }

  public long createdAt() {
    return session.facts().createdAt();
  }

  boolean superseded() {
    return supersededAt != NEVER;
  }

  /** When it was superseded; {@code now} if it was not. */
  long supersededAt(Moment now) {
    return superseded() ? supersededAt : now.millis();
  }

  void supersede(Moment now) {
    supersededAt = now.millis();
  }

  /** The peer has answered a PING. */
  void answered(Moment now) {
    answeredAt = now.millis();
  }

  /** Whether it has since this session was superseded, or stopped sending. */
  public boolean answeredSinceSuperseded() {
    return superseded() && answeredAt >= supersededAt;
  }

  /** It sends, or sends again. */
  void resume() {
    supersededAt = NEVER;
  }

  /** When an authentic datagram last came, milliseconds; when it was made if none did. */
  public long lastReceived() {
    long inEarly = early == null ? lastEarly : early.lastReceived();
    return Math.max(session.lastReceived(), inEarly);
  }

  /** Early data may come on this lane. */
  void early(ReceiveLane lane) {
    early = lane;
  }

  /** Early data may come only for a while longer. */
  public void limitEarly(Moment now) {
    earlyUntil = now.millis() + EarlyLanes.LIFE;
  }

  /** When no more early data may come, milliseconds. */
  long earlyUntil() {
    return earlyUntil;
  }

  /** Early data comes no more. */
  void endEarly() {
    if (early != null) {
      lastEarly = early.lastReceived();
      early = null;
    }
    earlyUntil = NEVER;
  }

  void awaitFrom(@Nullable Endpoint address) {
    awaitedFrom = address;
  }

  @Nullable Endpoint awaitedFrom() {
    return awaitedFrom;
  }

  @Override
  public String toString() {
    return session.toString();
  }
}
