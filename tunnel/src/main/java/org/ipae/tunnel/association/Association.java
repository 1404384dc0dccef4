package org.ipae.tunnel.association;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.contact.EarlySender;
import org.ipae.tunnel.association.contact.Initiation;
import org.ipae.tunnel.association.contact.Opened;
import org.ipae.tunnel.association.contact.Queued;
import org.ipae.tunnel.association.contact.Target;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Event;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.Making;
import org.ipae.tunnel.association.size.SizeProber;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.peer.Action;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Fact;
import org.ipae.tunnel.peer.PeerState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.peer.Transitions;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
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
  private final Queued queued = new Queued();
  private final Sessions sessions;
  private final Initiation initiation;
  private PeerConfig config;
  private List<PeerKey> keys;
  private PeerState state;
  private @Nullable Endpoint endpoint;

  /** Whether the peer may have lost the session that is sent on. */
  private boolean suspect;

  /** Facts that wait while the actions of an earlier one are performed. */
  private final Deque<Fact> facts = new ArrayDeque<>();

  private boolean performing;

  Association(Environment env, PeerConfig config, PeerLink link, Moment now) {
    this.env = env;
    this.config = config;
    this.link = link;
    keys = config.keys();
    state = PeerState.initial(now.millis());
    initiation = new Initiation(env, link.number(), queued, keys);
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

  Initiation initiation() {
    return initiation;
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** The peer is reached there from now on. */
  void endpoint(@Nullable Endpoint next) {
    env.addresses().move(link.number(), endpoint, next);
    endpoint = next;
  }

  /** Whether this is a key of the peer that is good now. */
  boolean accepts(PublicKey key) {
    return keys.stream().anyMatch(k -> k.key().equals(key));
  }

  /**
   * The settings of the peer are these now.
   *
   * @param configured where the configuration says that it is, if it says something new
   */
  void reconfigure(Moment now, PeerConfig next, @Nullable Endpoint configured) {
    List<PeerKey> before = keys;
    config = next;
    keys = next.keys();
    initiation.configure(keys);
    sessions.configure(now, next);
    for (PeerKey k : before) {
      if (!next.has(k.key())) {
        sessions.withdraw(now, k.key());
      }
    }
    if (configured != null) {
      endpoint(configured);
      handle(now, new Fact.PathChanged());
    }
    sessions.publish(now);
  }

  /** A peer that is down may be so because this host has no way to it. */
  PeerStatus.Liveness liveness() {
    boolean tries = !state.up() && state.why() != Why.IDLE;
    boolean noRoute = tries && endpoint != null && !env.effects().reachable(endpoint);
    return new PeerStatus.Liveness(
        state.up(),
        noRoute ? Why.NO_ROUTE : state.why(),
        state.attempt(),
        env.addresses().unreadableFrom(endpoint));
  }

  // ---- facts and actions ----

  /** Lets {@link Transitions} decide; what actions give rise to is decided after them. */
  void handle(Moment now, Fact fact) {
    facts.add(fact);
    if (performing) {
      return;
    }
    performing = true;
    try {
      for (Fact f = facts.poll(); f != null; f = facts.poll()) {
        Transitions.Step step = Transitions.on(state, f, circumstances(now, f));
        state = step.state();
        step.actions().forEach(a -> perform(now, a));
      }
    } finally {
      performing = false;
    }
  }

  private Transitions.Context circumstances(Moment now, Fact fact) {
    boolean quiet =
        fact instanceof Fact.Tick && now.millis() < Math.min(state.nextSendAt(), state.retryAt());
    return new Transitions.Context(
        now.millis(),
        quiet ? 0 : jitter(),
        initiation.hasCookie(now),
        endpoint != null,
        !keys.isEmpty(),
        env.host().timing());
  }

  private int jitter() {
    int dice = BigEndian.u16(env.entropy().bytes(2), 0);
    return dice % (2 * Timing.JITTER + 1) - Timing.JITTER;
  }

  private void perform(Moment now, Action action) {
    switch (action) {
      case ASK -> initiation.ask(target());
      case ASK_AGAIN -> initiation.askAgain(target());
      case INITIATE -> {
        if (!initiation.initiate(now, target())) {
          handle(now, new Fact.Refused(Why.SUITES));
        }
      }
      case INITIATE_AGAIN -> initiation.repeat(now, target(), false);
      case INITIATE_IN_PARTS -> initiation.repeat(now, target(), true);
      case REKEY -> sessions.rekey();
      case REKEY_AGAIN -> sessions.rekeyAgain();
      case ABANDON -> abandon();
      case FORGET_COOKIES -> {
        initiation.forgetCookies();
        env.effects().cacheChanged();
      }
      case PROBE -> ping(now, null);
      case SILENCE, EXPIRE -> sessions.silence(now);
      case RESUME -> {
        LiveSession live = sessions.resume(now);
        if (live != null) {
          queued.earlyRefused();
          flush(live);
        }
      }
      case DROP_WAITING -> env.shared().counters().drop(DropReason.NO_SESSION, queued.clear());
      case TELL -> tell();
    }
  }

  private Target target() {
    SizeProber sizes = sessions.sizes();
    return new Target(config, endpoint, sizes.sizeOfInit(), sizes.sizeOfEarly());
  }

  private void tell() {
    String where = endpoint == null ? "" : endpoint.toString();
    env.effects().event(new Event(config.name(), state.up(), state.why(), where));
  }

  private void abandon() {
    trust();
    queued.earlyRefused();
    initiation.close();
    sessions.abandonRekey();
  }

  // ---- full handshakes of this side ----

  /** Takes a COOKIE_RESPONSE; false if it answers nothing. */
  boolean cookieResponse(Moment now, CookieResponse response, Path path) {
    switch (initiation.answer(response)) {
      case NONE -> {
        return false;
      }
      case JOINS -> initiation.join(now, response, path, target());
      case FOLLOWED -> {
        if (!state.followsCookies()) {
          return false;
        }
        initiation.takeCookie(now, response, path);
        handle(now, new Fact.CookieArrived());
      }
    }
    return true;
  }

  /** Takes a RESP with one of this association's init ids; false if it does not open. */
  boolean response(Moment now, Resp resp, Path path) {
    Opened opened = initiation.open(now, resp, path);
    if (opened == null) {
      return false;
    }
    switch (opened.status()) {
      case OK -> {
        LiveSession live =
            sessions.make(
                now,
                Making.ours(
                    opened.established(), opened.own(), opened.path(), null, opened.origin()));
        initiation.accepted(opened);
        established(now, live);
      }
      case SUITES -> refused(now, opened, Why.SUITES);
      case VHOST -> refused(now, opened, Why.VHOST);
      case POLICY -> refused(now, opened, Why.POLICY);
    }
    return true;
  }

  private void refused(Moment now, Opened opened, Why why) {
    Initiation.Rest rest = initiation.refused(now, opened);
    if (state.up()) {
      sessions.postponeReplacement(now);
      handle(now, new Fact.Refused(why));
      return;
    }
    switch (rest) {
      case NOTHING -> handle(now, new Fact.Refused(why));
      case OTHERS_ANSWER -> {}
      case CALL_AGAIN -> handle(now, new Fact.KeyRefused());
    }
  }

  // ---- sessions ----

  /** The own exchanges under way, each to be told apart by identity. */
  List<Object> exchangesUnderWay() {
    Object rekey = sessions.rekeying().underWay();
    List<Object> full = initiation.underWay();
    return full.isEmpty() && rekey != null ? List.of(rekey) : full;
  }

  /** The peer has closed sessions. */
  void closed(Moment now) {
    if (sessions.current() == null && state.up()) {
      handle(now, new Fact.Closed());
    }
  }

  /** An own exchange has made a session: it may send at once, and must. */
  void established(Moment now, LiveSession live) {
    trust();
    endpoint(live.session().path().remote());
    sessions.confirm(now, live);
    initiation.proven(live.remote());
    handle(now, new Fact.Accepted());
    sessions.greet(now, live);
    flush(live);
    env.effects().cacheChanged();
  }

  /** The peer has shown that it has the keys of a session that it initiated. */
  void confirmed(Moment now, Session session, Path path) {
    LiveSession live = sessions.confirmed(now, session, path);
    if (live == null) {
      return;
    }
    endpoint(session.path().remote());
    initiation.proven(live.remote());
    handle(now, new Fact.Confirmed());
    sessions.welcome(now, live);
    flush(live);
    env.effects().cacheChanged();
  }

  private void flush(LiveSession live) {
    SendChannel channel = sessions.channel(live);
    for (byte[] packet : queued.drain()) {
      env.effects().item(channel, packet);
    }
  }

  /** Ends everything, telling the peer why on every session: it may hold on to any of them. */
  void close(Moment now, CloseReason reason) {
    sessions.sayClose(reason);
    abandon();
    sessions.close();
    env.addresses().move(link.number(), endpoint, null);
    env.shared().counters().drop(DropReason.NO_SESSION, queued.clear());
  }

  void tick(Moment now) {
    if (keys.stream().anyMatch(k -> now.millis() >= k.until())) {
      keys = keys.stream().filter(k -> now.millis() < k.until()).toList();
      initiation.configure(keys);
    }
    sessions.expire(now);
    handle(now, new Fact.Tick(sessions.view(now)));
    sessions.tick(now);
  }

  // ---- paths, packets ----

  /** Own addresses, routes or sockets changed; addresses have port 0. */
  void ownPathChanged(Moment now, Set<Endpoint> addresses) {
    initiation.keepLocal(addresses);
    sessions.ownPathChanged(now, addresses);
    handle(now, new Fact.PathChanged());
  }

  /** An inner packet waits for a session. */
  void packetWaits(Moment now, byte[] packet) {
    SendChannel c = link.channel();
    if (suspect) {
      link.mirror(queued.size() + 1 < EarlySender.LIMIT);
    } else if (c != null && c.session().confirmed()) {
      env.effects().item(c, packet);
      return;
    }
    if (!queued.add(packet)) {
      env.shared().counters().drop(DropReason.NO_SESSION);
    }
    if (state.attempt() == Attempt.INIT) {
      initiation.sendEarly();
    }
    if (!suspect) {
      handle(now, new Fact.Wanted());
    }
  }

  /**
   * The peer says that it does not know the live session. It may be forged, so the session goes on;
   * what is sent meanwhile is also kept as early data of the new handshake.
   */
  void unknownId(Moment now) {
    handle(now, new Fact.UnknownId());
    suspect = state.up() && (state.attempt() == Attempt.INIT || state.attempt() == Attempt.COOKIE);
    link.mirror(suspect);
  }

  private void trust() {
    suspect = false;
    link.mirror(false);
  }

  /** Measures a round trip if the peer is up; {@code done} gets microseconds. */
  void ping(Moment now, @Nullable LongConsumer done) {
    LiveSession live = sessions.current();
    if (live != null) {
      sessions.ping(now, live, done);
    }
  }

  /** When {@link #tick} is due at the latest, milliseconds; {@link PeerState#NEVER} for never. */
  long deadline(Moment now) {
    if (state.up() && sessions.current() == null) {
      return now.millis(); // its sessions have ended
    }
    long next = Math.min(state.nextSendAt(), state.retryAt());
    for (PeerKey k : keys) {
      next = Math.min(next, k.until());
    }
    return Math.min(next, sessions.deadline(now));
  }
}
