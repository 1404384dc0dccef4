// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.HostConfig;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.CookieMint;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.peer.Fact;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is not a packet: handshakes, timers, paths, configuration. One thread, the single
 * writer of {@link SharedState}. {@code at}, an argument of every step, is nanoseconds of one clock
 * that goes on while the machine sleeps; see {@link Moment}.
 */
public final class ControlPlane {
  /** Cadence of what concerns no single peer, milliseconds. */
  static final long HOUSEKEEPING = 2_000;

  private final Environment env;
  private final PeerBook peers;
  private final Answerer answerer;
  private final UnknownIds unknownIds;
  private final SendRefusals sendRefusals;
  private final Inside inside;
  private final Schedule schedule = new Schedule();
  private long lastTick;
  private long housekept;
  private long unopened;
  private boolean closed;

  public ControlPlane(
      long at, HostConfig host, Entropy entropy, SharedState shared, Effects effects) {
    Moment now = new Moment(at);
    HostKeys keys = new HostKeys(host.key(), host.virtualHosts());
    CookieGate gate =
        new CookieGate(
            keys.all(),
            host.suiteBits(),
            new CookieMint(now.millis(), host.cookieTtl(), entropy),
            host.budget(),
            entropy);
    env = Environment.start(now, host, keys, gate, shared, effects, entropy);
    peers = new PeerBook(env);
    answerer = new Answerer(env, peers);
    unknownIds = new UnknownIds(env, now);
    sendRefusals = new SendRefusals(env, peers);
    inside = new Inside(env);
    housekept = now.millis();
  }

  // ---- configuration ----

  /**
   * Makes the peers those of {@code configs}, told apart by name; sessions of those that stay live
   * on.
   *
   * @param endpoints where the configuration says that they may be, by name, the preferred first
   * @param cached what is known of a key from before
   */
  public void configure(
      long at,
      List<PeerConfig> configs,
      Map<String, List<Endpoint>> endpoints,
      Map<PublicKey, CachedPeer> cached) {
    Moment now = new Moment(at);
    peers.all().forEach(a -> schedule.remove(a.link().number()));
    peers.configure(now, configs, endpoints, cached);
    peers.all().forEach(a -> schedule(now, a));
    env.effects().cacheChanged();
  }

  /** One peer has other keys, or is elsewhere; nothing else of its settings has changed. */
  public void renew(long at, PeerConfig config, List<Endpoint> places) {
    Moment now = new Moment(at);
    Association a = peers.renew(now, config, places);
    if (a != null) {
      schedule(now, a);
    }
  }

  /**
   * The host has other settings. Sessions live on; the next handshake knows of the suites.
   *
   * @param next its key, lanes, lifetime of cookies and budget are those of before
   */
  public void host(long at, UnaryOperator<HostConfig> next) {
    Moment now = new Moment(at);
    env.become(next.apply(env.host()));
    for (Association a : peers.all()) {
      a.sessions().outlet().sizing(now, () -> {});
      schedule(now, a);
    }
  }

  /**
   * Changes the keys of this host.
   *
   * @param wanted stay the caller's until {@link Effects#keyRetired}
   */
  public void hostKeys(long at, HostKeys.Wanted wanted) {
    Moment now = new Moment(at);
    env.keys().become(now, wanted);
    env.gate().identities(env.keys().all());
    retireKeys(now);
    peers.all().forEach(a -> schedule(now, a));
  }

  // ---- what packet threads notice ----

  /** Takes what a packet thread noticed. */
  public void handle(long at, Notice notice) {
    if (closed) {
      return;
    }
    Moment now = new Moment(at);
    switch (notice) {
      case Notice.Datagram d -> datagram(now, d.bytes(), d.path());
      case Notice.UnknownId u -> unknownIds.came(now, u.id(), u.path());
      case Notice.TooBig t -> {
        for (Association a : peers.at(t.remote())) {
          a.sessions().tooBig(now, t.mtu(), t.local());
          schedule(now, a);
        }
      }
      case Notice.SendRefused r -> {
        Association a = sendRefusals.came(now, r);
        if (a != null) {
          schedule(now, a);
        }
      }
      case Notice.Waiting w ->
          act(now, w.peer().number(), a -> a.calling().packetWaits(now, w.packet()));
      case Notice.Confirmed c -> {
        act(now, c.session(), a -> a.confirmed(now, c.session(), c.path()));
        answerer.settled(c.session());
      }
      case Notice.Moved m ->
          act(
              now,
              m.lane().session(),
              a -> a.sessions().roads().moved(now, m.lane(), m.path(), m.bytes()));
      case Notice.Copied c ->
          act(now, c.lane().session(), a -> a.sessions().roads().copied(now, c.lane()));
      case Notice.NewId n ->
          act(now, n.lane().session(), a -> a.sessions().newId(n.lane(), n.index()));
      case Notice.Awake w -> act(now, w.session(), _ -> {}); // its timers are seen to
      case Notice.EarlyOver e ->
          act(now, e.lane().session(), a -> a.sessions().early().over(e.lane()));
      case Notice.ItemCame i ->
          act(now, i.session(), a -> inside.item(now, a, i.session(), i.item(), i.path()));
    }
  }

  private interface Step {
    void on(Association a);
  }

  private void act(Moment now, Session session, Step step) {
    act(now, session.facts().peer(), step);
  }

  /** Has a peer act, if it is there still, and sees to its timers. */
  private void act(Moment now, int number, Step step) {
    Association a = peers.numbered(number);
    if (a != null) {
      step.on(a);
      schedule(now, a);
    }
  }

  private void schedule(Moment now, Association a) {
    peers.sharing().look(now, a);
    schedule.change(now.millis(), a.link().number(), a.deadline(now));
  }

  private void datagram(Moment now, byte[] bytes, Path path) {
    Message message = Codec.decode(bytes, 0, bytes.length);
    if (message == null) {
      drop(DropReason.MALFORMED);
      return;
    }
    CookieGate gate = env.gate();
    switch (message) {
      case Message.CookieRequest m ->
          verdict(now, gate.request(now.millis(), m, path.remote()), path);
      case Message.Init m -> verdict(now, gate.init(now.millis(), m, path.remote()), path);
      case Message.InitPart m -> verdict(now, gate.part(now.millis(), m, path.remote()), path);
      case Message.CookieResponse m -> cookieResponse(now, m, path);
      case Message.Resp m -> response(now, m, path);
      case Message.UnknownId m -> unknownId(now, m, path);
    }
  }

  private void cookieResponse(Moment now, Message.CookieResponse m, Path path) {
    Association a =
        numbered(env.awaited().ofEcho(BigEndian.u64(m.bytes(), Message.CookieResponse.ECHO)));
    if (a != null && a.calling().cookieResponse(now, m, path)) {
      schedule(now, a);
    } else {
      drop(DropReason.STALE_RESPONSE);
    }
  }

  private void response(Moment now, Message.Resp m, Path path) {
    Association a = numbered(env.awaited().ofInit(m.id()));
    if (a == null) {
      drop(DropReason.STALE_RESPONSE);
    } else if (!env.gate().mayOpen(now.millis())) {
      drop(DropReason.RESP_LIMITED);
    } else if (a.calling().response(now, m, path)) {
      env.gate().opened();
      schedule(now, a);
    } else {
      unopened++;
      drop(DropReason.NOISE);
    }
  }

  private void unknownId(Moment now, Message.UnknownId m, Path path) {
    Association a = numbered(env.awaited().ofSendId(m.connectionId()));
    Endpoint to = a == null ? null : a.endpoint();
    if (a != null && to != null && to.sameAddress(path.remote())) {
      a.calling().unknownId(now);
      schedule(now, a);
    } else {
      drop(DropReason.STALE_RESPONSE);
    }
  }

  private @Nullable Association numbered(@Nullable Integer number) {
    return number == null ? null : peers.numbered(number);
  }

  private void verdict(Moment now, CookieGate.Verdict verdict, Path path) {
    switch (verdict) {
      case CookieGate.Verdict.Drop d -> {
        drop(d.reason());
        if (d.reason() == DropReason.UNREADABLE) {
          env.addresses().unreadable(path.remote());
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
      case CookieGate.Verdict.Admit a -> {
        try (CookieGate.Admission admission = a.admission()) {
          Association peer = answerer.answer(now, admission, path);
          if (peer != null) {
            schedule(now, peer);
          }
        }
      }
    }
  }

  private void drop(DropReason reason) {
    env.shared().counters().drop(reason);
  }

  // ---- time ----

  /** Lets timers act; at {@link #nextDeadline} or earlier. */
  public void tick(long at) {
    if (closed) {
      return;
    }
    Moment now = new Moment(at);
    lastTick = now.millis();
    if (lastTick - housekept >= HOUSEKEEPING) {
      housekept += Math.floorDiv(lastTick - housekept, HOUSEKEEPING) * HOUSEKEEPING;
      answerer.tick(now);
      retireKeys(now);
    }
    schedule.due(
        lastTick,
        number -> {
          Association a = peers.numbered(number);
          if (a != null) {
            a.tick(now);
            peers.sharing().look(now, a);
            schedule.set(number, Math.max(lastTick + 1, a.deadline(now)));
          }
        });
  }

  private void retireKeys(Moment now) {
    List<X25519KeyPair> over = env.keys().expire(now);
    if (!over.isEmpty()) {
      env.gate().identities(env.keys().all());
      over.forEach(env.effects()::keyRetired);
    }
  }

  /** When {@link #tick} is due, nanoseconds. */
  public long nextDeadline() {
    if (closed) {
      return Long.MAX_VALUE;
    }
    long next = Math.min(housekept + HOUSEKEEPING, schedule.first());
    return Math.max(lastTick + 1, next) * 1_000_000;
  }

  // ---- for the host and its operator ----

  /**
   * This host has got addresses, temporary ones apart: peers may have sessions with another host
   * that had them before.
   *
   * @param addresses with port 0
   */
  public void gained(long at, Set<Endpoint> addresses) {
    unknownIds.gained(new Moment(at), addresses);
  }

  /**
   * Own addresses, routes or sockets changed.
   *
   * @param addresses all own addresses, with port 0
   */
  public void ownPathChanged(long at, Set<Endpoint> addresses) {
    Moment now = new Moment(at);
    for (Association a : peers.all()) {
      a.ownPathChanged(now, addresses);
      schedule(now, a);
    }
  }

  /**
   * Measures a round trip; {@code done} gets microseconds. A peer that is down is called.
   *
   * @return false if the peer is down or unknown
   */
  public boolean ping(long at, String peer, LongConsumer done) {
    Moment now = new Moment(at);
    Association a = peers.named(peer);
    if (a == null) {
      return false;
    }
    if (a.state().up()) {
      a.ping(now, done);
    } else {
      a.handle(now, new Fact.Wanted());
    }
    schedule(now, a);
    return a.state().up();
  }

  /** What is to be told of at most {@code most} peers, without the first {@code from}. */
  public List<PeerStatus> status(long at, int from, int most) {
    Moment now = new Moment(at);
    return peers.all().stream()
        .skip(from)
        .limit(most)
        .map(a -> PeerStatus.of(now, a, peers.sharing()))
        .toList();
  }

  /**
   * What was handed to {@link #handle} has cost {@link #publicKeyOperations}, of so many
   * nanoseconds.
   */
  public void worked(long nanos) {
    env.gate().worked(nanos);
  }

  /** INITs that have cost public-key work, and RESPs that have for nothing. */
  public long publicKeyOperations() {
    return answerer.publicKeyOperations() + unopened;
  }

  /** What is worth keeping across a restart; the caller closes it. */
  public List<CachedPeer> cache() {
    List<CachedPeer> out = new ArrayList<>();
    peers.all().forEach(a -> out.addAll(CachedPeer.of(a)));
    return out;
  }

  /** Tells every peer that this host stops. What packet threads notice after it changes nothing. */
  public void shutdown(long at) {
    closed = true;
    Moment now = new Moment(at);
    peers.all().forEach(a -> a.close(now, CloseReason.STOPPED));
    env.keys().close();
    env.keys().pairs().forEach(env.effects()::keyRetired);
    env.gate().close();
  }
}
