package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.engine.Forwarding;
import org.ipae.tunnel.engine.Notice;
import org.ipae.tunnel.engine.PeerLink;
import org.ipae.tunnel.engine.SharedState;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.CookieMint;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.ResponseLimit;
import org.ipae.tunnel.handshake.StrikeRegister;
import org.ipae.tunnel.peer.Fact;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is not a packet: handshakes, timers, paths, configuration. One thread, the single
 * writer of {@link SharedState}. Times are nanoseconds of one clock that goes on while the machine
 * sleeps, because round trips are measured; everything below counts milliseconds.
 */
public final class ControlPlane {
  /** How long after its start a host answers unknown ids, milliseconds. */
  static final long UNKNOWN_ID_PERIOD = 600_000;

  static final int UNKNOWN_IDS_PER_SOURCE = 5;
  static final int UNKNOWN_IDS_IN_ALL = 500;

  /** Cadence of the timers of live sessions, milliseconds. */
  static final long TICK = 100;

  /** The same where nothing has been sent or received for a while. */
  static final long QUIET_TICK = 300;

  /** Cadence without sessions, milliseconds. */
  static final long IDLE_TICK = 1_000;

  private final Environment env;
  private final Answerer answerer;
  private final ResponseLimit unknownIds;
  private final long startedAt;
  private final Map<PublicKey, Association> byKey = new LinkedHashMap<>();
  private final Map<Integer, Association> byNumber = new HashMap<>();
  private int nextNumber;
  private long lastTick;
  private long lastFullTick;
  private long now;
  private long nanos;

  public ControlPlane(
      long nanos, HostConfig host, Entropy entropy, SharedState shared, Effects effects) {
    time(nanos);
    startedAt = now;
    HostIdentity identity = new HostIdentity(host.key(), host.virtualHosts());
    CookieMint mint = new CookieMint(now, host.cookieTtl(), entropy);
    CookieGate gate =
        new CookieGate(
            List.of(identity),
            host.suiteBits(),
            mint,
            new StrikeRegister(HandshakeLimits.STRIKES),
            entropy);
    env = new Environment(host, gate, shared, effects, entropy);
    answerer = new Answerer(env, byKey);
    unknownIds = new ResponseLimit(UNKNOWN_IDS_PER_SOURCE, UNKNOWN_IDS_IN_ALL, entropy);
  }

  private void time(long at) {
    nanos = at;
    now = at / 1_000_000;
  }

  /**
   * Makes the peers those of {@code configs}, told apart by key; sessions of those that stay live
   * on.
   *
   * @param cached what is known of them from before
   */
  public void configure(long at, List<PeerConfig> configs, Map<PublicKey, CachedPeer> cached) {
    time(at);
    Map<PublicKey, PeerConfig> wanted = new LinkedHashMap<>();
    configs.forEach(c -> wanted.put(c.key(), c));
    for (Association a : List.copyOf(byKey.values())) {
      if (!wanted.containsKey(a.config().key())) {
        a.time(nanos);
        a.close(CloseReason.REMOVED);
        byKey.remove(a.config().key());
        byNumber.remove(a.link().number());
        env.shared().peer(a.link().number(), null);
      }
    }
    for (PeerConfig c : configs) {
      Association known = byKey.get(c.key());
      if (known != null) {
        known.time(nanos);
        known.reconfigure(c);
        continue;
      }
      PeerLink link = new PeerLink(nextNumber++, c.name());
      Association fresh = new Association(env, c, link, now);
      fresh.time(nanos);
      CachedPeer memory = cached.get(c.key());
      if (memory != null) {
        fresh.restore(memory);
      }
      byKey.put(c.key(), fresh);
      byNumber.put(link.number(), fresh);
      env.shared().peer(link.number(), link);
    }
    Map<Prefix, PeerLink> routes = new HashMap<>();
    for (Association a : byKey.values()) {
      a.config().routes().forEach(r -> routes.put(r, a.link()));
    }
    env.shared().publish(new Forwarding(new RouteTable<>(routes)));
    env.effects().cacheChanged();
  }

  /** Takes what a packet thread noticed. */
  public void handle(long at, Notice notice) {
    time(at);
    switch (notice) {
      case Notice.Datagram d -> datagram(d.bytes(), d.path());
      case Notice.UnknownId u -> unknownId(u.id(), u.path());
      case Notice.Waiting w -> {
        Association a = byNumber.get(w.peer().number());
        if (a != null) {
          a.time(nanos);
          a.packetWaits(w.packet());
        }
      }
      case Notice.Confirmed c -> {
        Association a = of(c.session());
        if (a != null) {
          a.confirmed(c.session(), c.path());
          answerer.settled(c.session());
        }
      }
      case Notice.Moved m -> {
        Association a = of(m.lane().session());
        if (a != null) {
          a.moved(m.lane(), m.path(), m.bytes());
        }
      }
      case Notice.NewId n -> {
        Association a = of(n.lane().session());
        if (a != null) {
          a.newId(n.lane(), n.index());
        }
      }
      case Notice.TooBig t -> {
        for (Association a : byKey.values()) {
          Endpoint to = a.endpoint();
          if (to != null && to.sameAddress(t.remote())) {
            timed(a).tooBig(t.mtu(), t.local());
          }
        }
      }
      case Notice.ItemCame i -> {
        Association a = of(i.session());
        if (a != null) {
          a.item(i.session(), i.type(), i.value(), i.path());
        }
      }
    }
  }

  private @Nullable Association of(Session session) {
    Association a = byNumber.get(session.facts().peer());
    if (a != null) {
      a.time(nanos);
    }
    return a;
  }

  private void datagram(byte[] bytes, Path path) {
    Message message = Codec.decode(bytes, 0, bytes.length);
    if (message == null) {
      drop(DropReason.MALFORMED);
      return;
    }
    switch (message) {
      case Message.CookieRequest m -> verdict(env.gate().request(now, m, path.remote()), path);
      case Message.Init m -> verdict(env.gate().init(now, m, path.remote()), path);
      case Message.InitPart m -> verdict(env.gate().part(now, m, path.remote()), path);
      case Message.CookieResponse m -> {
        if (byKey.values().stream().noneMatch(a -> timed(a).cookieResponse(m, path))) {
          drop(DropReason.STALE_RESPONSE);
        }
      }
      case Message.Resp m -> response(m, path);
      case Message.UnknownId m -> {
        for (Association a : byKey.values()) {
          Endpoint to = a.endpoint();
          if (to != null && to.sameAddress(path.remote()) && a.sendsUnder(m.connectionId())) {
            timed(a).unknownId();
            return;
          }
        }
        drop(DropReason.STALE_RESPONSE);
      }
    }
  }

  private Association timed(Association a) {
    a.time(nanos);
    return a;
  }

  private void response(Message.Resp resp, Path path) {
    for (Association a : byKey.values()) {
      if (a.awaits(resp.id())) {
        if (!timed(a).response(resp, path)) {
          drop(DropReason.NOISE);
        }
        return;
      }
    }
    drop(DropReason.STALE_RESPONSE);
  }

  private void verdict(CookieGate.Verdict verdict, Path path) {
    switch (verdict) {
      case CookieGate.Verdict.Drop d -> {
        drop(d.reason());
        if (d.reason() == DropReason.UNREADABLE) {
          unreadable(path.remote());
        }
      }
      case CookieGate.Verdict.Respond r -> {
        if (r.refused() != null) {
          drop(r.refused());
        }
        env.effects().datagram(path, r.response());
      }
      case CookieGate.Verdict.Repeat r -> env.effects().datagram(path, r.resp());
      case CookieGate.Verdict.Wait _ -> {}
      case CookieGate.Verdict.Admit a -> answerer.answer(nanos, a.admission(), path);
    }
  }

  private void unreadable(Endpoint from) {
    for (Association a : byKey.values()) {
      Endpoint known = a.endpoint();
      if (known != null && known.sameAddress(from)) {
        a.unreadable();
      }
    }
  }

  private void unknownId(long id, Path path) {
    if (env.shared().sessions().lookup(id) != null
        || now - startedAt >= UNKNOWN_ID_PERIOD
        || !unknownIds.allows(now, path.remote())) {
      return;
    }
    byte[] out = env.entropy().bytes(Sizes.UNKNOWN_ID);
    out[0] = MessageType.UNKNOWN_ID;
    out[1] = MessageType.VERSION;
    BigEndian.u64(out, Message.UnknownId.CONNECTION_ID, id);
    env.effects().datagram(path, out);
  }

  private void drop(DropReason reason) {
    env.shared().counters().drop(reason);
  }

  /** Lets timers act; at {@link #nextDeadline} or earlier. */
  public void tick(long at) {
    time(at);
    lastTick = now;
    // Thousands of idle peers cost nothing while others have timers.
    boolean all = now - lastFullTick >= IDLE_TICK;
    if (all) {
      lastFullTick = now;
    }
    for (Association a : byKey.values()) {
      if (all || a.hasSessions() || now >= a.nextDeadline()) {
        timed(a).tick();
      }
    }
    answerer.tick(now);
  }

  /** When {@link #tick} is due, nanoseconds. */
  public long nextDeadline() {
    long next = lastTick + IDLE_TICK;
    for (Association a : byKey.values()) {
      next =
          Math.min(
              next, a.hasSessions() ? lastTick + (a.quiet(lastTick) ? QUIET_TICK : TICK) : next);
      next = Math.min(next, a.nextDeadline());
    }
    return Math.max(lastTick + 1, next) * 1_000_000;
  }

  /**
   * Own addresses, routes or sockets changed.
   *
   * @param addresses all own addresses, with port 0
   */
  public void ownPathChanged(long at, Set<Endpoint> addresses) {
    time(at);
    byKey.values().forEach(a -> timed(a).ownPathChanged(addresses));
  }

  /**
   * Measures a round trip; {@code done} gets microseconds. false if the peer is down or unknown.
   */
  public boolean ping(long at, String peer, LongConsumer done) {
    time(at);
    for (Association a : byKey.values()) {
      if (a.config().name().equals(peer)) {
        if (a.state().up()) {
          timed(a).ping(done);
        } else {
          timed(a).handle(new Fact.Wanted());
        }
        return a.state().up();
      }
    }
    return false;
  }

  public List<PeerStatus> status(long at) {
    time(at);
    List<PeerStatus> out = new ArrayList<>();
    byKey.values().forEach(a -> out.add(timed(a).status()));
    return out;
  }

  /** INITs that have cost public-key work. */
  public long publicKeyOperations() {
    return answerer.publicKeyOperations();
  }

  /** What is worth keeping across a restart. */
  public List<CachedPeer> cache() {
    return byKey.values().stream().map(Association::cached).filter(CachedPeer::known).toList();
  }

  /** Tells every peer that this host stops. */
  public void shutdown(long at) {
    time(at);
    byKey.values().forEach(a -> timed(a).close(CloseReason.STOPPED));
  }
}
