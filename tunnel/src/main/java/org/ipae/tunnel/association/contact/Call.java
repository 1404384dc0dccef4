// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Full handshakes of this host with one key of a peer: the cookies of that key, the question for
 * one, and the INITs under way. What is not authenticated adds an INIT and ends none: the question
 * and all INITs wait for answers until the attempt is over. PROTOCOL.md section 7.
 */
final class Call {
  /** Candidates tried at one time. */
  private static final int DRAWN = 5;

  /** INITs repeated at one time: the newest ones. */
  private static final int REPEATED = 5;

  private final Environment env;
  private final int peer;
  private final PublicKey key;
  private final Queued queued;
  private final CookieStore cookies = new CookieStore();
  private int suites;
  private boolean tried;

  private final Questions questions;

  /** The cookies that have come in this attempt; null before the first. */
  private @Nullable Candidates candidates;

  /** The one that the next INIT is made for; null for one of the store. */
  private @Nullable Candidate chosen;

  /** Whether {@link #chosen} is for an INIT beside one that may have come with its early data. */
  private boolean beside;

  /** INITs of this attempt, the newest last. A list only when needed: most peers are quiet. */
  private List<Exchange> exchanges = Collections.emptyList();

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
    questions = new Questions(env, peer, key);
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
    return questions.underWay() || !exchanges.isEmpty();
  }

  /** The INITs under way, the newest last. */
  List<Exchange> exchanges() {
    return exchanges;
  }

  /** Makes a COOKIE_REQUEST and sends it. */
  void ask(Target to) {
    questions.close();
    askAgain(to);
  }

  /** Asks at the next place where the peer may be; once all have been asked, all again. */
  void askAgain(Target to) {
    tried = true;
    questions.ask(to);
  }

  /** This host's kernel has refused to send there; that ends no exchange that was sent before. */
  void refuse(Endpoint place) {
    questions.refuse(place);
  }

  /** Whether there is a place that was not asked, or refused, in this attempt. */
  boolean asksOthers(Target to) {
    return questions.unasked(to) != null;
  }

  /** Whether an answer may come to something that was not refused. */
  boolean awaitsAnswer() {
    return questions.awaitAnswer()
        || exchanges.stream().anyMatch(x -> !questions.refuses(x.path().remote()));
  }

  /**
   * Makes an INIT for the cookie that came last, or else for one that was kept, and sends it.
   *
   * @param own the key of this host that calls
   * @param mayBeEarly whether what waits may follow as early data
   * @return false if there is no suite in common
   */
  boolean initiate(Moment now, Target to, HostIdentity own, boolean mayBeEarly) {
    tried = true;
    Candidate c = chosen;
    chosen = null;
    if (c == null) {
      if (chooseSuite(suites, to) == null) {
        return false;
      }
      Endpoint remote = to.endpoint();
      CookieStore.Taken taken = remote == null ? null : cookies.take(now, remote, env.effects());
      if (taken == null || remote == null) {
        return true;
      }
      env.effects().cacheChanged();
      c = taken.with(suites, now, remote);
    }
    boolean second = beside;
    beside = false;
    make(now, c, to, own, mayBeEarly && !second);
    return true;
  }

  /** Makes an INIT and sends it; the cookie serves no other. */
  private void make(Moment now, Candidate c, Target to, HostIdentity own, boolean mayBeEarly) {
    Suite suite = chooseSuite(c.suites(), to);
    if (suite == null) {
      c.close();
      return;
    }
    Initiator.Wish wish =
        new Initiator.Wish(
            own.keyPair(),
            key,
            suite,
            c.suites(),
            env.host().lanes(),
            to.settings().vhost(),
            false);
    Initiator i = new Initiator(wish, c.cookie(), c.age(now), env.entropy());
    Path path = new Path(c.remote(), c.localHi(), c.localLo(), to.port());
    boolean early =
        mayBeEarly && to.settings().earlyData() && to.settings().trusts(c.cookie().strength());
    c.close();
    Exchange made =
        new Exchange(
            i,
            own,
            path,
            c.remote().payload(to.initMtu()),
            early ? earlySender(i, path, to) : null);
    if (exchanges.isEmpty()) {
      exchanges = new ArrayList<>(1);
    }
    exchanges.add(made);
    env.awaited().init(made.id(), peer);
    env.awaited().echo(made.echoStart(), peer);
    made.send(env.effects(), false);
    if (early) {
      queued.earlyRefused();
      sendEarly();
    }
  }

  private EarlySender earlySender(Initiator i, Path path, Target to) {
    int most = path.remote().payload(to.earlyMtu());
    return new EarlySender(i, path, most, to.settings().padding(), env.effects());
  }

  private @Nullable Suite chooseSuite(int bits, Target to) {
    for (Suite s : env.host().suites()) {
      if ((bits & s.bit()) != 0 && to.settings().permits(s)) {
        return s;
      }
    }
    return null;
  }

  /** Sends what waits as early data of the newest INIT that may carry some, as far as it may go. */
  void sendEarly() {
    for (Exchange x : exchanges.reversed()) {
      if (x.early() != null) {
        x.early().send(queued);
        return;
      }
    }
  }

  /**
   * Sends the newest INITs and their early data again, byte for byte. If they are for kept cookies,
   * which are good for all ports of an address, somebody may have taken their answers from another
   * port, or the peer may be in another place: it is asked everywhere.
   */
  void repeat(Target to, boolean inParts) {
    int from = Math.max(0, exchanges.size() - REPEATED);
    for (Exchange x : exchanges.subList(from, exchanges.size())) {
      x.repeat(env.effects(), inParts);
    }
    if (candidates == null) {
      questions.askAll(to);
    }
  }

  /** Makes INITs for cookies that came after the one that was followed. */
  void tryOthers(Moment now, Target to, HostIdentity own) {
    for (int i = 0; i < DRAWN && tryAnother(now, to, own); i++) {}
  }

  private boolean tryAnother(Moment now, Target to, HostIdentity own) {
    Candidate c = candidates == null ? null : candidates.draw(env.entropy());
    if (c != null) {
      make(now, c, to, own, false);
    }
    return c != null;
  }

  /** Whether a COOKIE_RESPONSE answers the question or an INIT under way. */
  boolean answeredBy(CookieResponse response) {
    return questions.answeredBy(response) != null || exchangeOf(response) != null;
  }

  private @Nullable Exchange exchangeOf(CookieResponse response) {
    for (Exchange x : exchanges) {
      if (x.initiator().echoed(response.bytes(), CookieResponse.ECHO)) {
        return x;
      }
    }
    return null;
  }

  /** Where the question or INIT went that a COOKIE_RESPONSE answers. */
  private Endpoint placeOf(CookieResponse response) {
    CookieQuestion q = questions.answeredBy(response);
    if (q != null) {
      return q.to();
    }
    return Objects.requireNonNull(exchangeOf(response), "answers nothing").path().remote();
  }

  /** Whether a COOKIE_RESPONSE names a suite that may be used. */
  boolean sharesSuite(CookieResponse response, Target to) {
    return chooseSuite(response.suites(), to) != null;
  }

  /** Whether the cookie of a COOKIE_RESPONSE can be used, and not for ever. */
  boolean isTimely(CookieResponse response) {
    return response.ttlSeconds() * 1_000 > CookieStore.MARGIN
        && response.ttlSeconds() <= CookieStore.LONGEST;
  }

  /**
   * Whether an INIT is to be made at once for the cookie of a COOKIE_RESPONSE: the first answer to
   * a question or INIT. It is not while one is under way, to the same place, whose RESP may only be
   * late, or to another where the peer has answered sooner: a peer that answers two INITs does not
   * know by which of its two sessions it is heard.
   */
  boolean isFirst(CookieResponse response) {
    Endpoint place = placeOf(response);
    boolean here = exchanges.stream().anyMatch(x -> x.path().remote().equals(place));
    if (here && questions.answeredBy(response) != null) {
      return false;
    }
    boolean elsewhere = !exchanges.isEmpty() && !here;
    return candidates == null || (candidates.isFirst(echoStart(response)) && !elsewhere);
  }

  private static long echoStart(CookieResponse response) {
    return BigEndian.u64(response.bytes(), CookieResponse.ECHO);
  }

  /** The next INIT is made for the cookie of this COOKIE_RESPONSE; false if there were too many. */
  boolean follow(Moment now, CookieResponse response, Path path) {
    candidates = candidates == null ? new Candidates() : candidates;
    candidates.followed(echoStart(response));
    if (!candidates.use()) {
      return false;
    }
    beside = questions.answeredBy(response) != null && !exchanges.isEmpty();
    chosen = candidate(now, response, path);
    return true;
  }

  /** Keeps the cookie of a COOKIE_RESPONSE that is not followed at once. */
  void keep(Moment now, CookieResponse response, Path path) {
    boolean used = exchanges.stream().anyMatch(x -> x.madeFor(response));
    if (!used) {
      candidates = candidates == null ? new Candidates() : candidates;
      candidates.add(candidate(now, response, path), env.entropy());
    }
  }

  private Candidate candidate(Moment now, CookieResponse response, Path path) {
    return new Candidate(
        CookieQuestion.cookie(response),
        response.suites(),
        now.millis(),
        placeOf(response),
        path.localHi(),
        path.localLo());
  }

  /** The INIT with this id, null if there is none. */
  @Nullable Exchange exchangeOf(int initId) {
    for (Exchange e : exchanges) {
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
    cookies.add(now, said.next(), said.ttlSeconds(), path);
    return new Opened(this, x, e, x.sessionPath(path));
  }

  /**
   * The responder has refused the suites that one INIT names. Anyone can change them in a
   * COOKIE_RESPONSE, so this ends the others only if there are none.
   */
  boolean othersMayBeAccepted(Exchange refused, Moment now, Target to) {
    if (exchanges.remove(refused)) {
      env.awaited().forgetEcho(refused.echoStart());
      drop(refused);
    }
    return tryAnother(now, to, refused.own()) || !exchanges.isEmpty();
  }

  /** Forgets what is under way, but not the cookies. */
  void close() {
    questions.close();
    for (Exchange x : exchanges) {
      env.awaited().forgetEcho(x.echoStart());
      drop(x);
    }
    exchanges.clear();
    if (candidates != null) {
      candidates.close();
      candidates = null;
    }
    if (chosen != null) {
      chosen.close();
      chosen = null;
    }
    tried = false;
  }

  private void drop(Exchange over) {
    env.awaited().forgetInit(over.id(), peer);
    over.close();
  }
}
