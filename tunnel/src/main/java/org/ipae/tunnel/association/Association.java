package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.engine.PeerLink;
import org.ipae.tunnel.engine.SendChannel;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Rekey;
import org.ipae.tunnel.peer.Action;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Fact;
import org.ipae.tunnel.peer.PeerState;
import org.ipae.tunnel.peer.SessionView;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.peer.Transitions;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * One host pair: carries out what {@link Transitions} decides, and keeps sessions, cookies and
 * path.
 */
final class Association implements Voice {
  /** Without traffic for so long timers may be later, milliseconds. */
  private static final long QUIET = 1_000;

  /** Quiet after which something is sent once a NAT has been seen, milliseconds. */
  static final long NAT_KEEP_ALIVE = 25_000;

  /** Least time between FEEDBACK items, milliseconds. */
  static final long FEEDBACK_PERIOD = 1_000;

  /** Time between round trip measurements while traffic comes, milliseconds. */
  static final long PING_PERIOD = 5_000;

  /** How long early keys stay after confirmation, milliseconds. */
  static final long EARLY_LIFE = 30_000;

  private final Environment env;
  private final PeerLink link;
  private final SessionSet sessions = new SessionSet();
  private final CookieStore cookies = new CookieStore();
  private final Waiting waiting = new Waiting();
  private final Pings pings;
  private final PathKeeper paths;
  private final PathProber prober;
  private final Rekeying rekeying;
  private final Initiation initiation;
  private final SessionRegistry registry;
  private PeerConfig config;
  private PeerState state;
  private long now;
  private long nanos;

  private @Nullable Endpoint endpoint;
  private boolean suspect;
  private long feedbackAt;
  private long pingAt;
  private int innerMtuTold = Sizes.MAX_INNER;
  private long unreadable;

  Association(Environment env, PeerConfig config, PeerLink link, long now) {
    this.env = env;
    this.config = config;
    this.link = link;
    this.now = now;
    endpoint = config.endpoint();
    state = PeerState.initial(now);
    pings = new Pings(this, env.entropy());
    paths = new PathKeeper(env, this);
    prober = new PathProber(env, this, config);
    rekeying = new Rekeying(env, this);
    initiation = new Initiation(env, cookies, waiting);
    registry = new SessionRegistry(env, link);
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

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** Every public step begins here. */
  void time(long atNanos) {
    nanos = atNanos;
    now = atNanos / 1_000_000;
  }

  void restore(CachedPeer cached) {
    if (endpoint == null) {
      endpoint = cached.endpoint();
    }
    initiation.suites(cached.suites());
    pings.restore(cached.rttMicros());
    prober.restore(cached.pathMtu());
    cookies.restore(now, cached.cookies());
  }

  CachedPeer cached() {
    return new CachedPeer(
        config.key(),
        endpoint,
        initiation.suites(),
        pings.rttMicros(),
        prober.found(),
        cookies.stored());
  }

  void reconfigure(PeerConfig next) {
    boolean elsewhere = next.endpoint() != null && !next.endpoint().equals(config.endpoint());
    config = next;
    prober.configure(now, next);
    innerMtuTold = -1; // its routes may be others
    if (elsewhere) {
      endpoint = next.endpoint();
      handle(new Fact.PathChanged());
    }
    publish();
  }

  void handle(Fact fact) {
    boolean quiet =
        fact instanceof Fact.Tick && now < Math.min(state.nextSendAt(), state.retryAt());
    int jitter = quiet ? 0 : jitter();
    Transitions.Step step =
        Transitions.on(
            state,
            fact,
            new Transitions.Context(
                now, jitter, !cookies.isEmpty(now), endpoint != null, env.host().timing()));
    state = step.state();
    for (Action a : step.actions()) {
      perform(a);
    }
  }

  private int jitter() {
    int dice = BigEndian.u16(env.entropy().bytes(2), 0);
    return dice % (2 * Timing.JITTER + 1) - Timing.JITTER;
  }

  private void perform(Action action) {
    switch (action) {
      case ASK -> initiation.ask(config, endpoint);
      case ASK_AGAIN -> initiation.askAgain(endpoint);
      case INITIATE -> initiate();
      case INITIATE_AGAIN -> initiation.repeat(false);
      case INITIATE_IN_PARTS -> initiation.repeat(true);
      case REKEY -> {
        SessionSet.Held held = current();
        if (held != null) {
          rekeying.start(held);
        }
      }
      case REKEY_AGAIN -> rekeying.repeat();
      case ABANDON -> abandon();
      case FORGET_COOKIES -> {
        cookies.clear();
        env.effects().cacheChanged();
      }
      case PROBE -> ping(null);
      case SILENCE, EXPIRE -> {
        sessions.demote(now);
        publish();
      }
      case RESUME -> {
        SessionSet.Held held = sessions.newestConfirmed();
        if (held != null) {
          sessions.confirmed(now, held);
          publish();
          flush(channel(held), false);
        }
      }
      case DROP_WAITING -> env.shared().counters().drop(DropReason.NO_SESSION, waiting.clear());
      case TELL ->
          env.effects()
              .event(
                  new Event(
                      config.name(),
                      state.up(),
                      state.why(),
                      endpoint == null ? "" : endpoint.toString()));
    }
  }

  // ---- full handshake, initiator ----

  private void initiate() {
    if (!initiation.initiate(now, config, endpoint, prober.sizeOfInit(), prober.sizeOfEarly())) {
      handle(new Fact.Refused(Why.SUITES));
    }
  }

  /** Whether a COOKIE_RESPONSE answers something of this association; takes the cookie if so. */
  boolean cookieResponse(CookieResponse response, Path path) {
    boolean taken =
        state.followsCookies() && initiation.takeCookie(now, response, path, state.attempt());
    if (taken) {
      handle(new Fact.CookieArrived());
    }
    return taken;
  }

  /** Whether a RESP could be meant for this association. */
  boolean awaits(int initId) {
    return initiation.awaits(initId);
  }

  /** A RESP with one of this association's init ids; false if it does not open. */
  boolean response(Resp resp, Path path) {
    Initiation.Opened opened = initiation.open(now, resp, path);
    if (opened == null) {
      return false;
    }
    switch (opened.established().payload().status()) {
      case OK -> {
        SessionSet.Held held = adopt(opened.established(), opened.path(), null, opened.origin());
        initiation.close();
        established(held);
      }
      case SUITES -> handle(new Fact.Refused(Why.SUITES));
      case VHOST -> handle(new Fact.Refused(Why.VHOST));
      case POLICY -> handle(new Fact.Refused(Why.POLICY));
    }
    return true;
  }

  private void abandon() {
    trust();
    waiting.earlyRefused();
    initiation.close();
    rekeying.abandon();
  }

  // ---- sessions ----

  private SessionSet.Held adopt(
      Established e, Path path, SessionSet.@Nullable Held parent, Object origin) {
    SessionSet.Held held = registry.adopt(now, e, true, path, parent, origin, null);
    sessions.add(held);
    return held;
  }

  /** An own exchange has made a session: it may send at once, and must. */
  private void established(SessionSet.Held held) {
    trust();
    endpoint = held.session.path().remote();
    confirm(held);
    handle(new Fact.Accepted());
    publish();
    pings.ask(nanos, held, null);
    giveCookie(held);
    flush(channel(held), true);
    env.effects().cacheChanged();
  }

  /** The peer has shown that it has the keys of a session that it initiated. */
  void confirmed(Session session, Path path) {
    SessionSet.Held held = sessions.find(session);
    if (held == null) {
      return;
    }
    if (session.path().remote().sameAddress(path.remote())) {
      session.path(path); // another address must answer a challenge first
    }
    held.earlyUntil = now + EARLY_LIFE;
    endpoint = session.path().remote();
    confirm(held);
    handle(new Fact.Confirmed());
    publish();
    giveCookie(held);
    paths.tellObserved(held);
    flush(channel(held), true);
    env.effects().cacheChanged();
  }

  private void confirm(SessionSet.Held held) {
    sessions.confirmed(now, held);
    sessions.superfluous().forEach(this::end);
  }

  /** A session of the peer's was made; it may be used within its budget if there is no other. */
  Session unconfirmed(Established e, Path path, long budget, @Nullable Responded responded) {
    return unconfirmed(e, path, null, budget, responded);
  }

  private Session unconfirmed(
      Established e,
      Path path,
      SessionSet.@Nullable Held parent,
      long budget,
      @Nullable Responded responded) {
    SessionSet.Held held = registry.adopt(now, e, false, path, parent, null, exchange());
    sessions.add(held);
    held.session.allow(budget);
    if (responded != null) {
      registry.acceptEarly(held, responded.earlySecret(), responded.earlyId());
    }
    publish();
    return held.session;
  }

  /** What early data of a new session is opened with. */
  record Responded(Secret earlySecret, long earlyId) {}

  private @Nullable Object exchange() {
    return initiation.underWay() != null ? initiation.underWay() : rekeying.underWay();
  }

  int unconfirmedFrom(Endpoint source) {
    int n = 0;
    for (SessionSet.Held h : sessions.all()) {
      if (!h.session.confirmed() && h.session.path().remote().sameAddress(source)) {
        n++;
      }
    }
    return n;
  }

  int unconfirmed() {
    return (int) sessions.all().stream().filter(h -> !h.session.confirmed()).count();
  }

  @Override
  public void say(SessionSet.Held held, byte[] item) {
    env.effects().item(channel(held), item);
  }

  @Override
  public SendChannel channel(SessionSet.Held held) {
    Path path = held.session.path();
    return new SendChannel(
        held.session,
        0,
        path,
        held.idIndex,
        path.remote().payload(prober.size(path)),
        config.padding(),
        prober.innerMtu());
  }

  private void publish() {
    SessionSet.Held current = current();
    prober.follow(now, current);
    SessionSet.Held held = current == null ? newestUnconfirmed() : current;
    if (held == null) {
      link.publish();
    } else {
      link.publish(held.lanes.channels(channel(held)));
    }
    tellInnerMtu();
  }

  /** Has the routes of this peer say what its path carries. */
  private void tellInnerMtu() {
    int mtu = prober.innerMtu();
    if (mtu != innerMtuTold) {
      innerMtuTold = mtu;
      env.effects().innerMtu(config.routes(), mtu);
    }
  }

  /** Publishes what a probe, or its absence, has changed. */
  private void probed(int sizeBefore) {
    if (prober.shown() != sizeBefore || prober.innerMtu() != innerMtuTold) {
      publish();
      env.effects().cacheChanged();
    }
  }

  /** A datagram to this peer was too big for the path, says somebody. */
  void tooBig(int mtu, boolean local) {
    int before = prober.shown();
    prober.tooBig(now, mtu, local);
    probed(before);
  }

  private SessionSet.@Nullable Held newestUnconfirmed() {
    SessionSet.Held best = null;
    for (SessionSet.Held h : sessions.all()) {
      if (!h.session.confirmed()) {
        best = h;
      }
    }
    return best;
  }

  /** Whether the peer knows this side's traffic by this connection id, on any lane. */
  boolean sendsUnder(long id) {
    SendChannel c = link.channel();
    SessionSet.Held held = c == null ? null : sessions.find(c.session());
    return held != null && held.lanes.sendsUnder(id, channel(held));
  }

  private void flush(SendChannel channel, boolean all) {
    if (!all) {
      waiting.earlyRefused();
    }
    for (byte[] packet : waiting.drain()) {
      env.effects().item(channel, packet);
    }
  }

  void tick() {
    for (SessionSet.Held h :
        sessions.expired(now, env.host().timing(), HandshakeLimits.UNCONFIRMED_LIFE)) {
      end(h);
    }
    for (SessionSet.Held h : sessions.all()) {
      if (now >= h.earlyUntil) {
        registry.endEarly(h);
      }
    }
    SendChannel channel = link.channel();
    if (channel != null && sessions.find(channel.session()) == null) {
      publish();
    }
    pings.forgetOld(nanos);
    handle(new Fact.Tick(view()));
    lanes();
    feedback();
    int before = prober.shown();
    prober.follow(now, current());
    prober.tick(now, pings.rttMicros());
    probed(before);
  }

  private @Nullable SessionView view() {
    Session s = sessions.current();
    if (s == null) {
      SessionSet.Held silent = sessions.newestConfirmed();
      s = silent == null ? null : silent.session;
    }
    if (s == null) {
      return null;
    }
    long keepAlive = config.keepAlive() > 0 ? config.keepAlive() : paths.nat() ? NAT_KEEP_ALIVE : 0;
    return new SessionView(
        s.facts().createdAt(),
        s.facts().initiator(),
        s.lastSent(),
        s.lastReceived(),
        s.carried() || keepAlive > 0,
        s.wantsRekey(),
        keepAlive);
  }

  private void end(SessionSet.Held h) {
    registry.end(h);
    rekeying.ended(h);
  }

  /** Ends everything, telling the peer why on every session: it may hold on to any of them. */
  void close(CloseReason reason) {
    for (SessionSet.Held held : sessions.all()) {
      say(held, Item.of(Item.CLOSE, new byte[] {(byte) reason.code()}));
    }
    abandon();
    link.publish();
    sessions.clear().forEach(this::end);
    env.shared().counters().drop(DropReason.NO_SESSION, waiting.clear());
  }

  // ---- what the peer says inside a session ----

  void item(Session session, int type, byte[] value, Path path) {
    SessionSet.Held held = sessions.find(session);
    if (held == null) {
      return;
    }
    switch (type) {
      case Item.PING -> pings.came(nanos, held, value);
      case Item.FEEDBACK -> {
        if (value.length == Item.FEEDBACK_LENGTH) {
          held.lanes.lost(value[0] & 0xff, BigEndian.u32(value, 5) & 0xffff_ffffL);
        }
      }
      case Item.HANDSHAKE -> handshakeCame(held, value);
      case Item.COOKIES -> cookiesCame(value, path);
      case Item.CLOSE -> closeCame(held);
      case Item.PATH_CHALLENGE -> paths.challenged(held, value);
      case Item.PATH_RESPONSE -> pathAnswered(held, value);
      case Item.PATH_MTU -> {
        int before = prober.shown();
        if (!prober.came(now, held, value)) {
          env.shared().counters().drop(DropReason.BAD_ITEM);
        }
        probed(before);
      }
      case Item.OBSERVED_ADDRESS -> {
        if (session == sessions.current()) {
          paths.observedCame(now, held, value, path);
        }
      }
      default -> {}
    }
  }

  /** Ends the session that says so and those before it: one that came later is not meant. */
  private void closeCame(SessionSet.Held held) {
    sessions.closeUpTo(held).forEach(this::end);
    if (sessions.current() == null && state.up()) {
      handle(new Fact.Closed());
    }
    publish();
  }

  void ping(@Nullable LongConsumer done) {
    SessionSet.Held held = current();
    if (held != null) {
      pings.ask(nanos, held, done);
    }
  }

  private SessionSet.@Nullable Held current() {
    Session s = sessions.current();
    return s == null ? null : sessions.find(s);
  }

  private void giveCookie(SessionSet.Held held) {
    Cookie cookie = env.gate().issue(now, held.session.path().remote());
    byte[] value = new byte[Item.COOKIES_HEADER + Item.COOKIE_ENTRY];
    BigEndian.u16(value, 0, env.host().suiteBits());
    Payloads.writeCookie(value, Item.COOKIES_HEADER, cookie, env.gate().ttlSeconds());
    cookie.key().close();
    say(held, Item.of(Item.COOKIES, value));
  }

  private void cookiesCame(byte[] value, Path path) {
    if (value.length < Item.COOKIES_HEADER) {
      return;
    }
    initiation.suites(BigEndian.u16(value, 0));
    for (int at = Item.COOKIES_HEADER;
        at + Item.COOKIE_ENTRY <= value.length && at < CookieStore.KEPT * Item.COOKIE_ENTRY;
        at += Item.COOKIE_ENTRY) {
      long ttl = BigEndian.u32(value, at + Sizes.COOKIE_TAG + Sizes.COOKIE_KEY) & 0xffff_ffffL;
      cookies.add(now, Payloads.readCookie(value, at), ttl, path);
    }
    env.effects().cacheChanged();
  }

  private void feedback() {
    SessionSet.Held held = current();
    if (held == null || now - feedbackAt < FEEDBACK_PERIOD) {
      return;
    }
    boolean told = false;
    for (int n = 0; n < held.session.lanes(); n++) {
      if (held.lanes.news(n)) {
        told = true;
        env.effects().item(held.lanes.channel(n, channel(held)), feedback(held.session, n));
      }
    }
    if (!told) {
      return;
    }
    feedbackAt = now;
    if (now - pingAt >= PING_PERIOD) {
      pingAt = now;
      pings.ask(nanos, held, null);
    }
  }

  private byte[] feedback(Session s, int n) {
    ReceiveLane lane = s.receive(n);
    byte[] value = new byte[Item.FEEDBACK_LENGTH];
    value[0] = (byte) n;
    BigEndian.u32(value, 1, (int) lane.highest());
    BigEndian.u32(value, 5, (int) lane.missing());
    BigEndian.u32(value, 9, (int) lane.congestion());
    BigEndian.u32(value, 13, (int) Math.max(0, now - lane.lastReceived()) * 1000);
    return Item.of(Item.FEEDBACK, value);
  }

  /** Lanes look for ways of their own. */
  private void lanes() {
    SessionSet.Held held = current();
    if (held != null
        && held.session.confirmed()
        && held.lanes.due(now)
        && held.lanes.tick(now, env, channel(held))) {
      publish();
    }
  }

  // ---- rekey ----

  private void handshakeCame(SessionSet.Held held, byte[] value) {
    switch (Rekey.kind(value)) {
      case Item.HANDSHAKE_INIT -> {
        Established e = rekeying.question(now, held, value);
        if (e != null) {
          unconfirmed(e, held.session.path(), held, 0, null);
          rekeying.say(held);
        }
      }
      case Item.HANDSHAKE_RESP -> {
        Rekeying.Done done = rekeying.response(held, value);
        if (done != null) {
          Payloads.Second said = done.established().payload();
          cookies.add(now, said.next(), said.ttlSeconds(), held.session.path());
          established(adopt(done.established(), held.session.path(), held, done.origin()));
        }
      }
      default -> {}
    }
  }

  // ---- paths ----

  /** The newest packet of a lane came over another path than before. */
  void moved(ReceiveLane lane, Path path, int bytes) {
    SessionSet.Held held = sessions.find(lane.session());
    if (held == null || !held.session.confirmed()) {
      return;
    }
    if (lane.number() > 0) {
      if (held.lanes.moved(now, env, lane.number(), path, bytes, channel(held))) {
        publish();
      }
    } else if (paths.moved(now, held, path, bytes)) {
      move(held, path);
    }
  }

  private void move(SessionSet.Held held, Path path) {
    held.session.path(path);
    held.lanes.leave();
    if (held.session == sessions.current()) {
      endpoint = path.remote();
      publish();
    }
  }

  private void pathAnswered(SessionSet.Held held, byte[] value) {
    Path path = paths.answered(held, value);
    if (path != null) {
      move(held, path);
      giveCookie(held);
      paths.tellObserved(held);
    } else if (held.lanes.answered(now, value)) {
      publish();
    }
  }

  /** An own address, route or socket changed. */
  void ownPathChanged(Set<Endpoint> addresses) {
    cookies.keepLocal(addresses);
    SessionSet.Held held = current();
    if (held != null) {
      Path before = held.session.path();
      if (!addresses.contains(new Endpoint(before.localHi(), before.localLo(), 0))) {
        paths.leave(now, held, this::publish);
      }
    }
    int size = prober.shown();
    prober.ownPathChanged(now);
    probed(size);
    handle(new Fact.PathChanged());
  }

  void newId(ReceiveLane lane, int index) {
    if (sessions.find(lane.session()) != null) {
      registry.step(lane, index);
    }
  }

  // ---- packets, status ----

  void packetWaits(byte[] packet) {
    SendChannel c = link.channel();
    if (suspect) {
      link.mirror(waiting.size() + 1 < EarlySender.LIMIT);
    } else if (c != null && c.session().confirmed()) {
      env.effects().item(c, packet);
      return;
    }
    if (!waiting.add(packet)) {
      env.shared().counters().drop(DropReason.NO_SESSION);
    }
    if (state.attempt() == Attempt.INIT) {
      initiation.sendEarly();
    }
    if (!suspect) {
      handle(new Fact.Wanted());
    }
  }

  /**
   * The peer says that it does not know the live session. It may be forged, so the session goes on;
   * what is sent meanwhile is also kept as early data of the new handshake.
   */
  void unknownId() {
    handle(new Fact.UnknownId());
    suspect = state.up() && (state.attempt() == Attempt.INIT || state.attempt() == Attempt.COOKIE);
    link.mirror(suspect);
  }

  private void trust() {
    suspect = false;
    link.mirror(false);
  }

  void unreadable() {
    unreadable++;
  }

  long nextDeadline() {
    return Math.min(Math.min(state.nextSendAt(), state.retryAt()), prober.deadline());
  }

  boolean hasSessions() {
    return !sessions.all().isEmpty();
  }

  /** Whether no session has sent or received anything for a second. */
  boolean quiet(long now) {
    for (SessionSet.Held h : sessions.all()) {
      if (now - Math.max(h.session.lastSent(), h.session.lastReceived()) < QUIET) {
        return false;
      }
    }
    return true;
  }

  /** A peer that is down may be so because this host has no way to it. */
  private Why why() {
    boolean tries = !state.up() && state.why() != Why.IDLE;
    return tries && endpoint != null && !env.effects().reachable(endpoint)
        ? Why.NO_ROUTE
        : state.why();
  }

  PeerStatus status() {
    SessionSet.Held held = current();
    Session s = held == null ? null : held.session;
    SendChannel c = link.channel();
    List<String> routes = new ArrayList<>();
    config.routes().forEach(r -> routes.add(r.toString()));
    Path path = s == null ? null : s.path();
    boolean knowsLocal = path != null && (path.localHi() | path.localLo()) != 0;
    return new PeerStatus(
        config.name(),
        config.key(),
        state.up(),
        why(),
        state.attempt(),
        endpoint == null ? null : endpoint.toString(),
        path == null || !knowsLocal ? null : new Endpoint(path.localHi(), path.localLo(), 0).host(),
        paths.observed() == null ? null : paths.observed().toString(),
        s == null ? null : s.facts().suite().configName(),
        s == null ? 0 : s.lanes(),
        held == null ? 0 : held.lanes.apart(),
        prober.shown(),
        prober.state(),
        s == null ? -1 : now - s.facts().createdAt(),
        s == null ? -1 : Math.max(0, now - s.lastReceived()),
        pings.rttMicros(),
        c == null ? 0 : c.session().sentPackets(),
        held == null ? 0 : Math.max(0, held.lanes.lost() - prober.lostProbes()),
        cookies.size(),
        cookies.usableFor(now),
        link.sentPackets(),
        link.sentBytes(),
        link.receivedPackets(),
        link.receivedBytes(),
        registry.made(),
        initiation.earlyData(),
        unreadable,
        routes);
  }
}
