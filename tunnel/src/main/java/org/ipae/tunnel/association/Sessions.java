// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.List;
import java.util.function.Predicate;
import org.ipae.tunnel.association.contact.Initiation;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.live.Beat;
import org.ipae.tunnel.association.live.EarlyLanes;
import org.ipae.tunnel.association.live.Feedback;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.Making;
import org.ipae.tunnel.association.live.Pings;
import org.ipae.tunnel.association.live.Rekeying;
import org.ipae.tunnel.association.live.Replacement;
import org.ipae.tunnel.association.live.SessionRegistry;
import org.ipae.tunnel.association.live.SessionSet;
import org.ipae.tunnel.association.size.SizeProber;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.peer.PeerState;
import org.ipae.tunnel.peer.SessionView;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** The sessions of one peer from their making to their end, and the paths that they take. */
final class Sessions {
  /** Quiet after which something is sent through a NAT or a firewall, milliseconds. */
  static final long NAT_KEEP_ALIVE = 25_000;

  private final Environment env;
  private final Association association;
  private final PeerLink link;
  private final SessionSet set = new SessionSet();
  private final SessionRegistry registry;
  private final Outlet outlet;
  private final EarlyLanes early;
  private final Pings pings;
  private final Feedback feedback;
  private final Rekeying rekeying;
  private final Roads roads;
  private final Replacement replacement;
  private final Beat beat;
  private PeerConfig config;

  Sessions(Environment env, Association association, PeerLink link, PeerConfig config) {
    this.env = env;
    this.association = association;
    this.link = link;
    this.config = config;
    registry = new SessionRegistry(env, link.number());
    outlet = new Outlet(env, link, set, config);
    early = new EarlyLanes(env, outlet);
    pings = new Pings(outlet, env.entropy());
    feedback = new Feedback(env, outlet, pings);
    rekeying = new Rekeying(env, outlet);
    roads = new Roads(env, association, set, outlet);
    replacement = new Replacement(env);
    beat = new Beat(env, set);
  }

  Pings pings() {
    return pings;
  }

  Feedback feedback() {
    return feedback;
  }

  Rekeying rekeying() {
    return rekeying;
  }

  Roads roads() {
    return roads;
  }

  SizeProber sizes() {
    return outlet.sizes();
  }

  EarlyLanes early() {
    return early;
  }

  Outlet outlet() {
    return outlet;
  }

  /** Sessions made so far. */
  long made() {
    return registry.made();
  }

  /** The one that sends, null if none does. */
  @Nullable LiveSession current() {
    return set.current();
  }

  @Nullable LiveSession find(Session session) {
    return set.find(session);
  }

  /** The newest session that the peer has made and not spoken on yet; null if there is none. */
  @Nullable LiveSession caller() {
    return set.newestUnconfirmed();
  }

  boolean none() {
    return set.all().isEmpty();
  }

  SendChannel channel(LiveSession live) {
    return outlet.channel(live);
  }

  void publish(Moment now) {
    outlet.publish(now);
  }

  void configure(Moment now, PeerConfig next) {
    config = next;
    outlet.configure(now, next);
  }

  /** Datagrams sent on the session in use. */
  long sent() {
    SendChannel c = link.channel();
    return c == null ? 0 : c.session().sentPackets();
  }

  // ---- making and ending ----

  LiveSession make(Moment now, Making making) {
    LiveSession live = registry.make(now, making);
    set.add(live);
    return live;
  }

  /**
   * A session of the peer's was made. Until it is confirmed it is used only if there is no other,
   * and for no more than {@code budget} bytes.
   */
  LiveSession makeUnconfirmed(
      Moment now, Making making, long budget, EarlyLanes.@Nullable Keys keys) {
    set.takeUnconfirmed(HandshakeLimits.UNCONFIRMED_PER_PEER - 1).forEach(this::end);
    LiveSession live = make(now, making);
    live.session().allow(budget);
    outlet.publish(now); // before early data comes, which may be answered
    if (keys != null) {
      early.accept(now, live, keys);
    }
    return live;
  }

  /** A session may carry traffic: those that it makes superfluous end. */
  void confirm(Moment now, LiveSession live) {
    registry.confirmed(live);
    roads.chosen(live);
    set.confirm(now, live, yields(live));
    set.takeSuperfluous().forEach(this::end);
  }

  /** Of two hosts of one name the preferred one sends, and stays. [SS-28] */
  private boolean yields(LiveSession live) {
    LiveSession before = set.current();
    return before != null
        && before.own().equals(env.keys().newest())
        && association.keeps(before.remote(), live.remote());
  }

  /** The first packet of a session came; null if the session is over. */
  @Nullable LiveSession confirmed(Moment now, Session session, Path path) {
    LiveSession live = set.find(session);
    if (live == null) {
      return null;
    }
    if (session.path().remote().equals(path.remote())) {
      live.ways().settle(path); // another address or port must answer a challenge first
    }
    live.limitEarly(now);
    confirm(now, live);
    return live;
  }

  /** First words on a session that this host has initiated. */
  void greet(Moment now, LiveSession live) {
    outlet.publish(now);
    pings.ask(now, live, null);
    roads.giveCookie(now, live);
  }

  /** First words on a session that the peer has initiated. */
  void welcome(Moment now, LiveSession live) {
    outlet.publish(now);
    roads.giveCookie(now, live);
    roads.tellObserved(live);
    association.calling().called(now, live);
  }

  /** Sends on no session any more; they still receive. */
  void silence(Moment now) {
    set.demote(now);
    outlet.publish(now);
  }

  /** Asks whether what is sent on the newest session arrives. */
  void probeSilent(Moment now) {
    LiveSession live = set.newestConfirmed();
    if (live != null) {
      pings.ask(now, live, null);
    }
  }

  /** Sends on the newest session again; null if there is none. */
  @Nullable LiveSession resume(Moment now) {
    LiveSession live = set.newestConfirmed();
    if (live != null) {
      set.confirm(now, live, false);
      outlet.publish(now);
    }
    return live;
  }

  /** Tells the peer on every session that it ends. */
  void sayClose(CloseReason reason) {
    set.all().forEach(s -> outlet.say(s, new Item.Close(reason)));
  }

  void close() {
    outlet.close();
    set.take(s -> true).forEach(this::end);
  }

  /** The peer closes a session and those before it: one that came later is not meant. */
  void closedByPeer(Moment now, LiveSession live) {
    set.takeUpTo(live).forEach(this::end);
    if (set.current() == null && association.state().up()) {
      association.closed(now, resume(now)); // another host of the name may be there
    }
    outlet.publish(now);
  }

  /** The configuration permits these sessions no more: they end at once. */
  void withdraw(Moment now, Predicate<LiveSession> forbidden) {
    List<LiveSession> over = set.take(forbidden);
    over.forEach(s -> outlet.say(s, new Item.Close(CloseReason.CHANGED)));
    over.forEach(this::end);
    outlet.publish(now);
  }

  private void end(LiveSession live) {
    registry.end(live);
    early.end(live);
    rekeying.ended(live);
  }

  // ---- time ----

  /** Ends what is over. */
  void expire(Moment now) {
    set.takeExpired(now, env.host().timing()).forEach(this::end);
    early.tick(now);
    if (outlet.stale(now)) {
      outlet.publish(now);
    }
    pings.forgetOld(now);
  }

  /** What timers must know of the session that sends, or did before the peer fell silent. */
  @Nullable SessionView view(Moment now) {
    LiveSession live = set.current();
    if (live == null && !association.state().up()) {
      live = set.newestConfirmed();
    }
    if (live == null) {
      return null;
    }
    Session s = live.session();
    long keepAlive = keepAlive();
    boolean keysStay = association.accepts(live.remote());
    return new SessionView(
        s.facts().createdAt(),
        s.facts().initiator(),
        s.lastSent(),
        live.lastReceived(),
        live.answeredSinceSuperseded(),
        s.carried() || keepAlive > 0,
        s.wantsRekey(),
        keepAlive,
        Math.min(replacement.dueAt(now, live, keysStay), returnAt(live)),
        keysStay && env.keys().answers(live.own()));
  }

  /** When the peer's preferred place is asked again, instead of a rekey; NEVER if it is there. */
  private long returnAt(LiveSession live) {
    boolean returns = live.session().facts().initiator() && association.away();
    return returns
        ? live.session().facts().createdAt() + env.host().timing().rekeyAfter()
        : PeerState.NEVER;
  }

  /** Quiet after which something is sent, milliseconds; 0 for never. */
  private long keepAlive() {
    if (config.priority() != null) {
      return Timing.SHARED_PROBE;
    }
    long configured = config.keepAlive().toMillis();
    return configured == 0 && roads.closes() ? NAT_KEEP_ALIVE : configured;
  }

  /** The peer has refused to replace the current session: it is tried again after a pause. */
  void postponeReplacement(Moment now) {
    replacement.postpone(now);
  }

  /** Looks for lanes' paths, reports what has come, probes sizes. */
  void tick(Moment now) {
    LiveSession live = set.current();
    if (live != null) {
      roads.tick(now, live);
      feedback.tick(now, live);
    }
    outlet.sizing(
        now,
        () -> {
          sizes().follow(now, set.current());
          sizes().tick(now, pings.rttMicros());
        });
  }

  /** When {@link #tick} is due at the latest, milliseconds. */
  long deadline(Moment now) {
    if (none()) {
      return Long.MAX_VALUE;
    }
    boolean waits = association.state().silentSince() != PeerState.NEVER;
    long next = Math.min(sizes().deadline(), beat.next(now, waits));
    next = sooner(now, early.deadline(), next);
    LiveSession live = set.current();
    if (live != null) {
      next = sooner(now, live.createdAt() + env.host().timing().sendUntil(), next);
      next = keepAlive() == 0 ? next : sooner(now, live.session().lastSent() + keepAlive(), next);
    }
    return next;
  }

  private static long sooner(Moment now, long at, long other) {
    return at > now.millis() ? Math.min(at, other) : other;
  }

  // ---- rekeys ----

  /** Starts an exchange inside the session that is sent on. */
  void rekey(Initiation announced) {
    LiveSession live = set.current();
    if (live != null) {
      rekeying.start(live, announced.suites(live.remote()));
    }
  }

  // ---- what packet threads and the host notice ----

  /** A datagram to this peer was too big for the own kernel ({@code local}), or for a router. */
  void tooBig(Moment now, int mtu, boolean local) {
    outlet.sizing(now, () -> sizes().tooBig(now, mtu, local));
  }

  /** The peer uses a new connection id. */
  void newId(ReceiveLane lane, int index) {
    if (set.find(lane.session()) != null) {
      registry.step(lane, index);
    }
  }
}
