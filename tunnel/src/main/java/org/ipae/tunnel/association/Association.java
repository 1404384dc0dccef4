// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.contact.Initiation;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Event;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.size.SizeProber;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.peer.Action;
import org.ipae.tunnel.peer.Fact;
import org.ipae.tunnel.peer.PeerState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.peer.Transitions;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * One peer: carries out what {@link Transitions} decides of the facts that its parts report.
 *
 * <p>Clocks: attempts, rekeys, silence and keep-alive in {@link Transitions}; lifetimes of sessions
 * and early data, reports, lanes and round trips in {@link Sessions}; probes of the path MTU in
 * {@link SizeProber}.
 */
final class Association {
  private final Environment env;
  private final PeerLink link;
  private final Sessions sessions;
  private final Calling calling;
  private PeerConfig config;
  private List<PeerKey> keys;
  private PeerState state;
  private @Nullable Endpoint endpoint;

  /** Where the configuration says that the peer may be, the preferred place first. */
  private List<Endpoint> places = List.of();

  /** Where the peer has moved from there, while it is looked for in both places. */
  private @Nullable Endpoint roamed;

  /** Facts that wait while the actions of an earlier one are performed; null while none are. */
  private @Nullable Deque<Fact> facts;

  Association(Environment env, PeerConfig config, PeerLink link, Moment now) {
    this.env = env;
    this.config = config;
    this.link = link;
    keys = config.keys();
    state = PeerState.initial(now.millis());
    calling = new Calling(env, this, link);
    sessions = new Sessions(env, this, link, config);
  }

  PeerConfig config() {
    return config;
  }

  PeerLink link() {
    return link;
  }

  PeerState state() {
    return state;
  }

  Sessions sessions() {
    return sessions;
  }

  Calling calling() {
    return calling;
  }

  Initiation initiation() {
    return calling.initiation();
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** The peer is reached there from now on. */
  void endpoint(@Nullable Endpoint next) {
    roamed = null;
    turn(next);
  }

  private void turn(@Nullable Endpoint next) {
    env.addresses().move(link.number(), endpoint, next);
    endpoint = next;
  }

  /** A peer that does not answer may be in the next place, or where it has moved to. */
  private void turnToOther() {
    int at = endpoint == null ? -1 : places.indexOf(endpoint);
    if (at < 0) {
      roamed = places.isEmpty() ? roamed : endpoint;
    }
    if (at + 1 < places.size()) {
      turn(places.get(at + 1));
    } else if (roamed != null) {
      turn(roamed);
    } else if (!places.isEmpty()) {
      turn(places.getFirst());
    }
  }

  /** Where the configuration says that the peer may be, the preferred place first. */
  List<Endpoint> places() {
    return places;
  }

  /** Whether the peer is in one of its places, but not in the preferred one. */
  boolean away() {
    return endpoint != null && places.indexOf(endpoint) > 0;
  }

  /** The configuration says where the peer may be. */
  void configured(List<Endpoint> said) {
    places = said;
    endpoint(said.isEmpty() ? null : said.getFirst());
  }

  /** Whether this is a key of the peer that is good now. */
  boolean accepts(PublicKey key) {
    return keys.stream().anyMatch(k -> k.key().equals(key));
  }

  /**
   * The settings of the peer are these now.
   *
   * @param said where the configuration says that it may be
   */
  void reconfigure(Moment now, PeerConfig next, List<Endpoint> said) {
    List<PeerKey> before = keys;
    boolean stricter = next.requirePq() && !config.requirePq();
    boolean otherHost = !next.vhost().equals(config.vhost());
    config = next;
    keys = next.keys();
    initiation().configure(keys);
    sessions.configure(now, next);
    // One that DNS has no more ends its sessions at their next rekey: the record may be back soon.
    List<PublicKey> gone =
        before.stream()
            .filter(k -> k.origin() == PeerKey.Origin.PINNED)
            .map(PeerKey::key)
            .filter(k -> !next.has(k))
            .toList();
    boolean callable = before.isEmpty() && !keys.isEmpty();
    initiation().keepTrusted(next::trusts);
    sessions.withdraw(now, s -> gone.contains(s.remote()) || !permits(s));
    boolean elsewhere =
        !said.isEmpty() && !said.equals(places) && (endpoint == null || !said.contains(endpoint));
    places = said;
    if (elsewhere) {
      endpoint(said.getFirst());
    }
    boolean calls = state.attempt().calls();
    if (elsewhere || callable || (calls && (!gone.isEmpty() || stricter || otherHost))) {
      handle(now, new Fact.PathChanged());
    }
    sessions.publish(now);
  }

  private boolean permits(LiveSession s) {
    String asked = s.vhost();
    return config.permits(s.session().facts().suite())
        && (asked == null || asked.equals(config.vhost()));
  }

  /** A peer that is down may be so because this host has no way to it. */
  PeerStatus.Liveness liveness(Moment now) {
    boolean tries = !state.up() && state.why() != Why.IDLE;
    boolean noRoute =
        tries
            && endpoint != null
            && !env.effects().reachable(endpoint)
            && places.stream().noneMatch(env.effects()::reachable);
    return new PeerStatus.Liveness(
        state.up(),
        noRoute ? Why.NO_ROUTE : calling.explained(state.why()),
        state.attempt(),
        calling.sendError(now),
        env.addresses().unreadableFrom(endpoint));
  }

  // ---- facts and actions ----

  /** Lets {@link Transitions} decide; what actions give rise to is decided after them. */
  void handle(Moment now, Fact fact) {
    if (facts != null) {
      facts.add(fact);
      return;
    }
    Deque<Fact> waiting = new ArrayDeque<>(2);
    waiting.add(fact);
    facts = waiting;
    try {
      for (Fact f = waiting.poll(); f != null; f = waiting.poll()) {
        Transitions.Step step = Transitions.on(state, f, circumstances(now, f));
        state = step.state();
        step.actions().forEach(a -> perform(now, a));
      }
    } finally {
      facts = null;
    }
  }

  private Transitions.Context circumstances(Moment now, Fact fact) {
    boolean quiet =
        fact instanceof Fact.Tick && now.millis() < Math.min(state.nextSendAt(), state.retryAt());
    return new Transitions.Context(
        now.millis(),
        quiet ? 0 : jitter(),
        () -> hasCookie(now),
        endpoint == null ? 0 : Math.max(1, places.size()),
        !keys.isEmpty(),
        timing());
  }

  private boolean hasCookie(Moment now) {
    boolean asksAll = state.up() && away(); // all its places, the preferred one first
    return endpoint != null && !asksAll && initiation().hasCookie(now, endpoint);
  }

  private Timing timing() {
    Timing of = env.host().timing();
    return config.priority() == null ? of : of.shared();
  }

  private int jitter() {
    int dice = BigEndian.u16(env.entropy().bytes(2), 0);
    return dice % (2 * Timing.JITTER + 1) - Timing.JITTER;
  }

  private void perform(Moment now, Action action) {
    switch (action) {
      case ASK -> initiation().ask(calling.target());
      case ASK_AGAIN -> initiation().askAgain(calling.target());
      case INITIATE -> {
        if (!initiation().initiate(now, calling.target())) {
          handle(now, new Fact.Refused(Why.SUITES));
        }
      }
      case INITIATE_AGAIN -> initiation().repeat(now, calling.target(), false);
      case INITIATE_IN_PARTS -> initiation().repeat(now, calling.target(), true);
      case REKEY -> sessions.rekey(initiation());
      case REKEY_AGAIN -> sessions.rekeying().repeat();
      case ABANDON -> {
        calling.abandon(now);
        sessions.rekeying().abandon();
      }
      case FORGET_COOKIES -> {
        initiation().forgetCookies();
        env.effects().cacheChanged();
      }
      case TURN_TO_OTHERS -> {
        turnToOther();
        calling.turnPort();
      }
      case PROBE -> ping(now, null);
      case PROBE_SILENT -> sessions.probeSilent(now);
      case SILENCE, EXPIRE -> sessions.silence(now);
      case RESUME -> {
        LiveSession live = sessions.resume(now);
        if (live != null) {
          follow(live);
          calling.flush(now, live);
        }
      }
      case DROP_WAITING -> calling.dropWaiting();
      case TELL -> tell(now);
    }
  }

  private void tell(Moment now) {
    String where = endpoint == null ? "" : endpoint.toString();
    String error = calling.sendError(now);
    if (error != null && !state.up()) {
      where += where.isEmpty() ? error : ", " + error;
    }
    env.effects()
        .event(new Event(config.name(), state.up(), calling.explained(state.why()), where));
  }

  // ---- sessions ----

  /** The own exchanges under way, each to be told apart by identity. */
  List<Object> exchangesUnderWay() {
    Object rekey = sessions.rekeying().underWay();
    List<Object> full = initiation().underWay();
    return full.isEmpty() && rekey != null ? List.of(rekey) : full;
  }

  /** The peer has closed the session that was sent on; {@code other} sends now, if not null. */
  void closed(Moment now, @Nullable LiveSession other) {
    if (other == null) {
      handle(now, new Fact.Closed());
    } else {
      follow(other);
    }
  }

  /** Whether a session under one of its keys goes on to send when one under another comes. */
  boolean keeps(PublicKey current, PublicKey other) {
    return keys.stream()
        .filter(k -> k.key().equals(current))
        .anyMatch(c -> keys.stream().anyMatch(o -> o.key().equals(other) && c.keepsFrom(o)));
  }

  /** An own exchange has made a session: it may send at once, and must. */
  void established(Moment now, LiveSession live) {
    calling.trust();
    sessions.confirm(now, live);
    follow(live);
    handle(now, new Fact.Accepted());
    sessions.greet(now, live);
    calling.flush(now, live);
    env.effects().cacheChanged();
  }

  /** The peer is where the session leads that is sent on, and has that key. */
  private void follow(LiveSession live) {
    if (sessions.current() == live) {
      endpoint(live.session().path().remote());
      initiation().proven(live.remote());
    }
  }

  /** The peer has shown that it has the keys of a session that it initiated. */
  void confirmed(Moment now, Session session, Path path) {
    LiveSession live = sessions.confirmed(now, session, path);
    if (live == null) {
      return;
    }
    follow(live);
    handle(now, new Fact.Confirmed());
    sessions.welcome(now, live);
    calling.flush(now, live);
    env.effects().cacheChanged();
  }

  /** Ends everything, telling the peer why on every session: it may hold on to any of them. */
  void close(Moment now, CloseReason reason) {
    sessions.sayClose(reason);
    calling.close(now);
    sessions.rekeying().abandon();
    sessions.close();
    initiation().forgetCookies();
    env.addresses().move(link.number(), endpoint, null);
    calling.dropWaiting();
  }

  void tick(Moment now) {
    if (keys.stream().anyMatch(k -> now.millis() >= k.until())) {
      keys = keys.stream().filter(k -> now.millis() < k.until()).toList();
      initiation().configure(keys);
    }
    sessions.expire(now);
    handle(now, new Fact.Tick(sessions.view(now)));
    sessions.tick(now);
    calling.tick(now);
  }

  // ---- paths, packets ----

  /** Own addresses, routes or sockets changed; addresses have port 0. */
  void ownPathChanged(Moment now, Set<Endpoint> addresses) {
    initiation().keepLocal(addresses);
    sessions.roads().ownPathChanged(now, addresses);
    handle(now, new Fact.PathChanged());
  }

  /** Measures a round trip if the peer is up; {@code done} gets microseconds. */
  void ping(Moment now, @Nullable LongConsumer done) {
    LiveSession live = sessions.current();
    if (live != null) {
      sessions.pings().ask(now, live, done);
    }
  }

  /** When {@link #tick} is due at the latest, milliseconds; {@link PeerState#NEVER} for never. */
  long deadline(Moment now) {
    if (state.up() && sessions.current() == null) {
      return now.millis(); // its sessions have ended
    }
    long next = Math.min(state.nextSendAt(), state.retryAt());
    next = Math.min(next, calling.deadline());
    for (PeerKey k : keys) {
      next = Math.min(next, k.until());
    }
    return Math.min(next, sessions.deadline(now));
  }
}
