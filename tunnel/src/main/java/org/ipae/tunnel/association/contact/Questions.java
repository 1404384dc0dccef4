// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.jspecify.annotations.Nullable;

/** The COOKIE_REQUESTs of one attempt, one for each place where the peer may be. */
final class Questions {
  private final Environment env;
  private final int peer;
  private final PublicKey key;
  private List<CookieQuestion> sent = List.of(); // hardly any peer is asked at a time

  /** Where this host's kernel refuses to send: places are tried again once all were asked. */
  private Set<Endpoint> refused = Set.of();

  /**
   * @param peer number of the peer
   * @param key the responder's key
   */
  Questions(Environment env, int peer, PublicKey key) {
    this.env = env;
    this.peer = peer;
    this.key = key;
  }

  boolean underWay() {
    return !sent.isEmpty();
  }

  /** Asks at the next place where the peer may be; once all have been asked, all again. */
  void ask(Target to) {
    Endpoint next = unasked(to);
    if (next == null) {
      refused = Set.of();
      next = unasked(to);
    }
    if (next == null) {
      sent.forEach(q -> q.send(env.effects()));
      return;
    }
    CookieQuestion q =
        CookieQuestion.of(key, env.host().suiteBits(), env.entropy(), next, to.port());
    sent = sent.isEmpty() ? new ArrayList<>(1) : sent;
    sent.add(q);
    env.awaited().echo(q.echoStart(), peer);
    q.send(env.effects());
  }

  /** Asks at every place. */
  void askAll(Target to) {
    do {
      ask(to);
    } while (unasked(to) != null);
  }

  /** The next place that was not asked, or refused, in this attempt; null if there is none. */
  @Nullable Endpoint unasked(Target to) {
    for (Endpoint e : to.places()) {
      if (!refuses(e) && sent.stream().noneMatch(q -> q.to().equals(e))) {
        return e;
      }
    }
    return null;
  }

  /** This host's kernel has refused to send there. */
  void refuse(Endpoint place) {
    refused = new HashSet<>(refused);
    refused.add(place);
  }

  /** Whether this host's kernel has refused to send there. */
  boolean refuses(Endpoint place) {
    return refused.contains(place);
  }

  /** Whether an answer may come to one that was not refused. */
  boolean awaitAnswer() {
    return sent.stream().anyMatch(q -> !refuses(q.to()));
  }

  /** The one that a COOKIE_RESPONSE answers, null if it answers none. */
  @Nullable CookieQuestion answeredBy(CookieResponse response) {
    for (CookieQuestion q : sent) {
      if (q.answeredBy(response)) {
        return q;
      }
    }
    return null;
  }

  /** Forgets all. */
  void close() {
    sent.forEach(q -> env.awaited().forgetEcho(q.echoStart()));
    sent = List.of();
    refused = Set.of();
  }
}
