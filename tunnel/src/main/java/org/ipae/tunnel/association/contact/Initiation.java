// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Full handshakes that this side starts. Of several keys of the peer the one that was proven last
 * is called first; the others join when that call must be repeated, and the first RESP that opens
 * wins. A host whose own newest key is refused calls again under the one before it.
 */
public final class Initiation {

  /** What a COOKIE_RESPONSE does to the attempt under way. */
  public enum Answer {
    /** It answers nothing. */
    NONE,
    /** It names no suite that may be used; perhaps it is forged. */
    NO_SUITE,
    /** The attempt follows it at once. */
    FOLLOWED,
    /** Its cookie is kept: it may be tried if nothing else is answered. */
    KEPT,
    /** Another key of the peer joins the attempt. */
    JOINS
  }

  /** What is left of an attempt after a refusal. */
  public enum Rest {
    NOTHING,
    /** Other keys of the peer have been called and may still answer. */
    OTHERS_ANSWER,
    /** Other INITs to the same key may still be accepted. */
    OTHER_INITS,
    /** Another call, not made yet, may be accepted. */
    CALL_AGAIN
  }

  private final Environment env;
  private final int peer;
  private final Queued queued;

  /** The last proven key first. */
  private final List<Call> calls = new ArrayList<>(1);

  /** Whom the next INIT of this attempt calls; null for the first. */
  private @Nullable Call chosen;

  /** The key of this host that calls in this attempt; null for the newest. */
  private @Nullable HostIdentity fallback;

  /** Keys that have refused a call of this attempt. */
  private Set<PublicKey> refused = Set.of();

  /** Inner packets that went out before their handshake was done, and have come. */
  private long earlyData;

  /**
   * @param peer number of the peer
   * @param queued packets that may go early
   */
  public Initiation(Environment env, int peer, Queued queued, List<PeerKey> keys) {
    this.env = env;
    this.peer = peer;
    this.queued = queued;
    configure(keys);
  }

  /** The keys of the peer are these now. */
  public void configure(List<PeerKey> keys) {
    Set<PublicKey> wanted = keys.stream().map(PeerKey::key).collect(Collectors.toSet());
    for (Call c : List.copyOf(calls)) {
      if (!wanted.contains(c.key())) {
        c.close();
        c.cookies().clear();
        calls.remove(c);
        chosen = chosen == c ? null : chosen;
      }
    }
    for (PeerKey k : keys) {
      if (of(k.key()) == null) {
        calls.add(new Call(env, peer, k.key(), queued));
      }
    }
  }

  private @Nullable Call of(PublicKey key) {
    for (Call c : calls) {
      if (c.key().equals(key)) {
        return c;
      }
    }
    return null;
  }

  /** A key of the peer was proven: it is called first from now on. */
  public void proven(PublicKey key) {
    Call c = of(key);
    if (c != null && calls.remove(c)) {
      calls.addFirst(c);
    }
  }

  /** The keys of the peer, the one that is called first at the head. */
  public List<PublicKey> keys() {
    return calls.stream().map(Call::key).toList();
  }

  /** Bits of the suites that a key was last heard to accept, 0 if never. */
  public int suites(PublicKey key) {
    Call c = of(key);
    return c == null ? 0 : c.suites();
  }

  /** Sets what is known of a key from before. */
  public void suites(PublicKey key, int bits) {
    Call c = of(key);
    if (c != null) {
      c.suites(bits);
    }
  }

  /** The cookies that were issued for a key, null if the peer does not have it. */
  public @Nullable CookieStore cookies(PublicKey key) {
    Call c = of(key);
    return c == null ? null : c.cookies();
  }

  public ContactStatus status(Moment now) {
    CookieStore first = calls.isEmpty() ? null : next().cookies();
    return new ContactStatus(
        first == null ? 0 : first.size(), first == null ? -1 : first.usableFor(now), earlyData);
  }

  /** Whether an INIT to this place could be made at once. */
  public boolean hasCookie(Moment now, Endpoint remote) {
    return !calls.isEmpty() && next().cookies().serves(now, remote, env.effects());
  }

  /** The exchanges under way, each to be told apart by identity. */
  public List<Object> underWay() {
    List<Object> out = new ArrayList<>();
    for (Call c : calls) {
      c.exchanges().forEach(x -> out.add(x.initiator()));
    }
    return out;
  }

  private Call next() {
    return chosen == null ? calls.getFirst() : chosen;
  }

  private HostIdentity own() {
    return fallback != null && env.keys().answers(fallback) ? fallback : env.keys().newest();
  }

  /** Makes a COOKIE_REQUEST and sends it. */
  public void ask(Target to) {
    next().ask(to);
  }

  /** Sends the COOKIE_REQUEST again, and one to every other key. */
  public void askAgain(Target to) {
    calls.forEach(c -> c.askAgain(to));
  }

  /**
   * Takes a cookie, makes an INIT and sends it, with what waits as early data.
   *
   * @return false if there is no suite in common
   */
  public boolean initiate(Moment now, Target to) {
    return next().initiate(now, to, own(), true);
  }

  /**
   * Sends INITs and their early data again, byte for byte; other keys join, and in the end other
   * cookies.
   *
   * @param late whether INITs go in two parts, and cookies are tried that were not followed
   */
  public void repeat(Moment now, Target to, boolean late) {
    Call first = next();
    for (Call c : calls) {
      if (!c.exchanges().isEmpty()) {
        c.repeat(to, late);
        if (late) {
          c.tryOthers(now, to, own());
        }
      } else if (c != first
          && !c.tried()
          && to.endpoint() != null
          && c.cookies().serves(now, to.endpoint(), env.effects())) {
        c.initiate(now, to, own(), false);
      } else if (c != first) {
        c.askAgain(to);
      }
    }
  }

  /** Sends what waits as early data of the INIT under way, as far as it may go. */
  public void sendEarly() {
    calls.forEach(Call::sendEarly);
  }

  /** What a COOKIE_RESPONSE means for the attempt under way. */
  public Answer answer(CookieResponse response, Target to) {
    Call c = answered(response);
    if (c == null || !c.isTimely(response)) {
      return Answer.NONE;
    }
    if (!c.sharesSuite(response, to)) {
      return Answer.NO_SUITE;
    }
    if (!c.isFirst(response)) {
      return Answer.KEPT;
    }
    return c.exchanges().isEmpty() && !underWay().isEmpty() ? Answer.JOINS : Answer.FOLLOWED;
  }

  private @Nullable Call answered(CookieResponse response) {
    for (Call c : calls) {
      if (c.answeredBy(response)) {
        return c;
      }
    }
    return null;
  }

  /** The next INIT is for the cookie of a COOKIE_RESPONSE; false if there were too many. */
  public boolean follow(Moment now, CookieResponse response, Path path) {
    Call c = answered(response);
    if (c == null || !c.follow(now, response, path)) {
      return false;
    }
    chosen = c;
    return true;
  }

  /** Keeps the cookie of a COOKIE_RESPONSE for later in this attempt. */
  public void keep(Moment now, CookieResponse response, Path path) {
    Call c = answered(response);
    if (c != null) {
      c.keep(now, response, path);
    }
  }

  /** Another key of the peer answers while one is called: it is called too. */
  public void join(Moment now, CookieResponse response, Path path, Target to) {
    Call c = answered(response);
    if (c != null && c.follow(now, response, path)) {
      c.initiate(now, to, own(), false);
    }
  }

  /** Opens a RESP with one of the ids under way; null if it does not open: nothing changes. */
  public @Nullable Opened open(Moment now, Resp resp, Path path) {
    for (Call c : calls) {
      if (c.exchangeOf(resp.id()) != null) {
        return c.open(now, resp, path);
      }
    }
    return null;
  }

  /**
   * A session was made of a RESP: what is under way ends.
   *
   * @return the early data that the peer may have accepted, as far as it has come; null if there is
   *     none
   */
  public @Nullable SentEarly accepted(Moment now, Opened o) {
    boolean taken = o.established().payload().earlyAccepted();
    boolean refused = o.exchange().early() != null && !taken;
    SentEarly sent = taken ? outstanding(now, o.exchange()) : null;
    if (sent == null && !refused) {
      sent = newestOutstanding(now);
    }
    queued.earlyRefused();
    proven(o.call().key());
    close();
    return sent;
  }

  /**
   * Forgets what is under way. An INIT may have come all the same.
   *
   * @return the early data of the newest one; null if there is none
   */
  public @Nullable SentEarly abandon(Moment now) {
    SentEarly sent = newestOutstanding(now);
    close();
    return sent;
  }

  private @Nullable SentEarly newestOutstanding(Moment now) {
    SentEarly sent = null;
    for (Call c : calls) {
      for (Exchange x : c.exchanges().reversed()) {
        sent = sent == null ? outstanding(now, x) : sent;
      }
    }
    return sent;
  }

  private @Nullable SentEarly outstanding(Moment now, Exchange x) {
    EarlySender early = x.early();
    SentEarly sent = early == null ? null : early.outstanding(now);
    if (early != null && sent != null) {
      queued.remove(early.packets());
    }
    return sent;
  }

  /** So many packets have come as early data. */
  public void earlyCame(int packets) {
    earlyData += packets;
  }

  /** The peer has refused a call. */
  public Rest refused(Moment now, Opened o, Target to) {
    Payloads.Second said = o.established().payload();
    Call c = o.call();
    if (said.status() == Payloads.Status.SUITES && c.othersMayBeAccepted(o.exchange(), now, to)) {
      said.next().key().close();
      return Rest.OTHER_INITS;
    }
    HostIdentity older =
        said.status() == Payloads.Status.POLICY ? env.keys().before(o.own()) : null;
    if (o.exchange().early() != null) {
      queued.earlyRefused();
    }
    c.close();
    c.cookies().clear();
    if (older != null) {
      fallback = older;
      c.cookies().add(now, said.next(), said.ttlSeconds(), o.path());
      chosen = c;
      return Rest.CALL_AGAIN;
    }
    said.next().key().close();
    refused = new HashSet<>(refused);
    refused.add(c.key());
    if (calls.stream().anyMatch(Call::underWay)) {
      return Rest.OTHERS_ANSWER;
    }
    for (Call other : calls) {
      if (!refused.contains(other.key())) {
        chosen = other;
        return Rest.CALL_AGAIN;
      }
    }
    return Rest.NOTHING;
  }

  /**
   * This host's kernel has refused to send to a place where the peer may be.
   *
   * @return what is left of the attempt: {@link Rest#CALL_AGAIN} if another place is to be asked
   */
  public Rest sendRefused(Endpoint place, Target to) {
    calls.forEach(c -> c.refuse(place));
    if (calls.stream().anyMatch(c -> c.tried() && c.asksOthers(to))) {
      return Rest.CALL_AGAIN;
    }
    return calls.stream().anyMatch(Call::awaitsAnswer) ? Rest.OTHERS_ANSWER : Rest.NOTHING;
  }

  /** Forgets all cookies. */
  public void forgetCookies() {
    calls.forEach(c -> c.cookies().clear());
  }

  /** Forgets cookies whose delivery does not suffice any more. */
  public void keepTrusted(Predicate<Strength> trusted) {
    calls.forEach(c -> c.cookies().keepTrusted(trusted));
  }

  /** Forgets cookies learnt at own addresses that are gone; addresses have port 0. */
  public void keepLocal(Set<Endpoint> addresses) {
    calls.forEach(c -> c.cookies().keepLocal(addresses));
  }

  private void close() {
    calls.forEach(Call::close);
    refused = Set.of();
    chosen = null;
    fallback = null;
  }
}
