// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Full handshakes of this host with one key of a peer: the cookies of that key, the question for
 * one, the INIT under way, and those that the peer seemed to refuse. PROTOCOL.md section 7.
 */
final class Call {
  private final Environment env;
  private final int peer;
  private final PublicKey key;
  private final Queued queued;
  private final CookieStore cookies = new CookieStore();
  private int suites;
  private boolean tried;
  private @Nullable CookieQuestion question;
  private @Nullable Exchange exchange;

  /** INITs that the peer seemed to refuse: a forged COOKIE_RESPONSE must not void their RESP. */
  private final List<Exchange> outdated = new ArrayList<>();

  /**
   * @param peer number of the peer
   * @param key the responder's key
   * @param queued packets that may go early
   */
  Call(Environment env, int peer, PublicKey key, Queued queued) {
    this.env = env;
    this.peer = peer;
    this.key = key;
    this.queued = queued;
  }

  PublicKey key() {
    return key;
  }

  CookieStore cookies() {
    return cookies;
  }

  /** Bits of the suites that this key was last heard to accept, 0 if never. */
  int suites() {
    return suites;
  }

  void suites(int bits) {
    suites = bits;
  }

  /** Whether anything was sent to this key in the present attempt. */
  boolean tried() {
    return tried;
  }

  /** Whether an answer may come. */
  boolean underWay() {
    return question != null || exchange != null;
  }

  @Nullable Exchange exchange() {
    return exchange;
  }

  /** Makes a COOKIE_REQUEST and sends it. */
  void ask(Target to) {
    tried = true;
    dropQuestion();
    CookieQuestion q = CookieQuestion.of(key, env.host().suiteBits(), env.entropy());
    question = q;
    env.awaited().echo(q.echoStart(), peer);
    askAgain(to);
  }

  /** Sends the COOKIE_REQUEST again; makes one first if there is none. */
  void askAgain(Target to) {
    if (question == null) {
      ask(to);
    } else if (to.endpoint() != null) {
      env.effects().datagram(Path.to(to.endpoint()), question.bytes());
    }
  }

  /**
   * Takes a cookie, makes an INIT and sends it.
   *
   * @param own the key of this host that calls
   * @param mayBeEarly whether what waits may follow as early data
   * @return false if there is no suite in common
   */
  boolean initiate(Moment now, Target to, HostIdentity own, boolean mayBeEarly) {
    tried = true;
    boolean refused = exchange != null;
    if (exchange != null) {
      outdated.add(exchange);
      env.awaited().forgetEcho(exchange.echoStart());
      exchange = null;
    }
    Suite suite = chooseSuite(to.settings().requirePq());
    if (suite == null) {
      return false;
    }
    // A refused INIT makes the cookie that came with the refusal the only promising one.
    CookieStore.Taken taken = refused ? cookies.takeNewest(now) : cookies.take(now);
    if (taken == null || to.endpoint() == null) {
      return true;
    }
    env.effects().cacheChanged();
    Initiator.Wish wish =
        new Initiator.Wish(
            own.keyPair(), key, suite, suites, env.host().lanes(), to.settings().vhost(), false);
    Initiator i = new Initiator(wish, taken.cookie(), taken.age(), env.entropy());
    Path path = new Path(to.endpoint(), taken.localHi(), taken.localLo());
    boolean early =
        mayBeEarly
            && to.settings().earlyData()
            && (!to.settings().requirePq() || taken.cookie().secret());
    taken.cookie().key().close();
    Exchange made =
        new Exchange(
            i,
            own,
            path,
            to.endpoint().payload(to.initMtu()),
            early ? earlySender(i, path, to) : null,
            refused);
    exchange = made;
    env.awaited().init(made.id(), peer);
    env.awaited().echo(made.echoStart(), peer);
    if (mayBeEarly) {
      queued.earlyRefused();
    }
    made.send(env.effects(), false);
    sendEarly();
    return true;
  }

  private EarlySender earlySender(Initiator i, Path path, Target to) {
    int most = path.remote().payload(to.earlyMtu());
    return new EarlySender(i, path, most, to.settings().padding(), env.effects());
  }

  private @Nullable Suite chooseSuite(boolean hybrid) {
    for (Suite s : env.host().suites()) {
      if ((suites & s.bit()) != 0 && (s.hybrid() || !hybrid)) {
        return s;
      }
    }
    return null;
  }

  /** Sends what waits as early data of the INIT under way, as far as it may go. */
  void sendEarly() {
    EarlySender early = exchange == null ? null : exchange.early();
    if (early != null) {
      early.send(queued);
    }
  }

  /** Sends the INIT and its early data again, byte for byte. */
  void repeat(boolean inParts) {
    if (exchange != null) {
      exchange.repeat(env.effects(), inParts);
    }
  }

  /** Whether a COOKIE_RESPONSE answers the question or the INIT under way. */
  boolean answeredBy(CookieResponse response) {
    return (question != null && question.answeredBy(response))
        || (exchange != null && exchange.initiator().echoed(response.bytes(), CookieResponse.ECHO));
  }

  /** Keeps the cookie of a COOKIE_RESPONSE that answers what is under way. */
  void take(Moment now, CookieResponse response, Path path) {
    cookies.add(now, CookieQuestion.cookie(response), response.ttlSeconds(), path);
    suites = response.suites();
    dropQuestion();
  }

  /** The INIT with this id, null if there is none. */
  @Nullable Exchange exchangeOf(int initId) {
    if (exchange != null && exchange.id() == initId) {
      return exchange;
    }
    for (Exchange e : outdated) {
      if (e.id() == initId) {
        return e;
      }
    }
    return null;
  }

  /**
   * Opens a RESP; null if it does not open, which changes nothing.
   *
   * @param path what it came over
   */
  @Nullable Opened open(Moment now, Resp resp, Path path) {
    Exchange x = exchangeOf(resp.id());
    boolean live = x != null && env.keys().answers(x.own()); // else its key may be erased
    Established e = x == null || !live ? null : x.initiator().read(resp);
    if (x == null || e == null) {
      return null;
    }
    Payloads.Second said = e.payload();
    suites = said.suites();
    if (said.status() != Payloads.Status.OK) {
      e.split().close();
      return new Opened(this, x, e, path);
    }
    if (x.afterRefusal()) {
      cookies.clear(); // the peer has forgotten those of before: it was restarted
    }
    cookies.add(now, said.next(), said.ttlSeconds(), path);
    return new Opened(this, x, e, x.sessionPath(path));
  }

  /** Forgets what is under way, but not the cookies. */
  void close() {
    dropQuestion();
    if (exchange != null) {
      env.awaited().forgetEcho(exchange.echoStart());
      drop(exchange);
      exchange = null;
    }
    outdated.forEach(this::drop);
    outdated.clear();
    tried = false;
  }

  private void drop(Exchange over) {
    env.awaited().forgetInit(over.id(), peer);
    over.close();
  }

  private void dropQuestion() {
    if (question != null) {
      env.awaited().forgetEcho(question.echoStart());
      question = null;
    }
  }
}
