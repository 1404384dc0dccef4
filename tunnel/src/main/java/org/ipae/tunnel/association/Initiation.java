package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Full handshakes that this side starts: the question for a cookie, the INIT under way, and those
 * that the peer seemed to refuse. PROTOCOL.md section 7.
 */
final class Initiation {

  /**
   * A RESP that opened.
   *
   * @param path what a session is made on
   * @param origin the exchange that made it
   */
  record Opened(Established established, Path path, Object origin) {}

  private final Environment env;
  private final CookieStore cookies;
  private final Waiting waiting;
  private int suites;
  private @Nullable CookieQuestion question;
  private @Nullable Exchange exchange;

  /** INITs that the peer seemed to refuse: a forged COOKIE_RESPONSE must not void their RESP. */
  private final List<Exchange> outdated = new ArrayList<>();

  private long earlyData;

  Initiation(Environment env, CookieStore cookies, Waiting waiting) {
    this.env = env;
    this.cookies = cookies;
    this.waiting = waiting;
  }

  /** Bits of the peer's suites as last heard, 0 if never. */
  int suites() {
    return suites;
  }

  void suites(int bits) {
    suites = bits;
  }

  /** Inner packets that went out before their handshake was done, and were taken. */
  long earlyData() {
    return earlyData;
  }

  /** The exchange under way, null if there is none. */
  @Nullable Object underWay() {
    return exchange == null ? null : exchange.initiator();
  }

  /** Makes a COOKIE_REQUEST and sends it. */
  void ask(PeerConfig config, @Nullable Endpoint to) {
    question = CookieQuestion.of(config.key(), env.host().suiteBits(), env.entropy());
    askAgain(to);
  }

  void askAgain(@Nullable Endpoint to) {
    if (question != null && to != null) {
      env.effects().datagram(Path.to(to), question.bytes());
    }
  }

  /**
   * Takes a cookie, makes an INIT and sends it, with what waits as early data.
   *
   * @param pathMtu outer bytes that the INIT may be assumed to have
   * @param earlyMtu the same for the data behind it
   * @return false if there is no suite in common
   */
  boolean initiate(long now, PeerConfig config, @Nullable Endpoint to, int pathMtu, int earlyMtu) {
    boolean refused = exchange != null;
    if (exchange != null) {
      outdated.add(exchange);
      exchange = null;
    }
    Suite suite = chooseSuite(config);
    if (suite == null) {
      return false;
    }
    // A refused INIT makes the cookie that came with the refusal the only promising one.
    CookieStore.Taken taken = refused ? cookies.takeNewest(now) : cookies.take(now);
    if (taken == null || to == null) {
      return true;
    }
    env.effects().cacheChanged();
    Initiator.Wish wish =
        new Initiator.Wish(
            env.host().key(),
            config.key(),
            suite,
            suites,
            env.host().lanes(),
            config.vhost(),
            false);
    Initiator i = new Initiator(wish, taken.cookie(), taken.age(), env.entropy());
    Path path = new Path(to, taken.localHi(), taken.localLo());
    int most = to.payload(pathMtu);
    boolean mayBeEarly = config.earlyData() && (!config.requirePq() || taken.cookie().secret());
    taken.cookie().key().close();
    EarlySender early =
        mayBeEarly
            ? new EarlySender(i, path, to.payload(earlyMtu), config.padding(), env.effects())
            : null;
    exchange = new Exchange(i, path, most, early, refused);
    waiting.earlyRefused();
    exchange.send(env.effects(), false);
    sendEarly();
    return true;
  }

  private @Nullable Suite chooseSuite(PeerConfig config) {
    for (Suite s : env.host().suites()) {
      if ((suites & s.bit()) != 0 && (s.hybrid() || !config.requirePq())) {
        return s;
      }
    }
    return null;
  }

  /** Sends what waits as early data of the INIT under way, as far as it may go. */
  void sendEarly() {
    EarlySender early = exchange == null ? null : exchange.early();
    if (early != null) {
      early.send(waiting);
    }
  }

  /** Sends the INIT and its early data again, byte for byte. */
  void repeat(boolean inParts) {
    if (exchange != null) {
      exchange.repeat(env.effects(), inParts);
    }
  }

  /** Whether a COOKIE_RESPONSE answers what is under way; keeps its cookie if so. */
  boolean takeCookie(long now, CookieResponse response, Path path, Attempt attempt) {
    boolean toQuestion =
        question != null && attempt == Attempt.COOKIE && question.answeredBy(response);
    boolean toInit =
        exchange != null
            && attempt == Attempt.INIT
            && exchange.initiator().echoed(response.bytes(), CookieResponse.ECHO);
    if (!toQuestion && !toInit) {
      return false;
    }
    cookies.add(now, CookieQuestion.cookie(response), response.ttlSeconds(), path);
    suites = response.suites();
    question = null;
    return true;
  }

  /** Whether a RESP with this id could be meant. */
  boolean awaits(int initId) {
    return exchangeOf(initId) != null;
  }

  private @Nullable Exchange exchangeOf(int initId) {
    if (exchange != null && exchange.initiator().id() == initId) {
      return exchange;
    }
    for (Exchange e : outdated) {
      if (e.initiator().id() == initId) {
        return e;
      }
    }
    return null;
  }

  /** Opens a RESP; null if it does not open, which changes nothing. */
  @Nullable Opened open(long now, Resp resp, Path path) {
    Exchange x = exchangeOf(resp.id());
    Established e = x == null ? null : x.initiator().read(resp);
    if (x == null || e == null) {
      return null;
    }
    Payloads.Second said = e.payload();
    suites = said.suites();
    if (said.status() != Payloads.Status.OK) {
      e.split().close();
      said.next().key().close();
      return new Opened(e, path, x);
    }
    if (x.afterRefusal()) {
      cookies.clear(); // the peer has forgotten those of before: it was restarted
    }
    cookies.add(now, said.next(), said.ttlSeconds(), path);
    boolean latest = exchange != null && exchange.initiator().id() == resp.id();
    EarlySender early = latest ? x.early() : null;
    if (said.earlyAccepted() && early != null) {
      earlyData += early.count();
    } else {
      waiting.earlyRefused();
    }
    return new Opened(e, x.sessionPath(path), x.initiator());
  }

  /** Forgets what is under way. */
  void close() {
    question = null;
    if (exchange != null) {
      exchange.close();
      exchange = null;
    }
    outdated.forEach(Exchange::close);
    outdated.clear();
  }
}
