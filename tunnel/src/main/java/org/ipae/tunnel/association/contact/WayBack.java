// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether this host could call a peer that has called it: a COOKIE_REQUEST from another port than
 * the session's is answered only if no firewall between lets in nothing but answers. PROTOCOL.md
 * [SS-27].
 */
public final class WayBack {
  /** From a call to the first question: there is no hurry, firewalls remember for 30 s. */
  static final long PAUSE = 10_000;

  /** Questions until there is no answer. */
  static final int QUESTIONS = 3;

  /** Wait for the first answer, milliseconds; doubled with each question. */
  static final long WAIT = 1_000;

  /** How long an answer holds, milliseconds. */
  static final long HOLDS = 600_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final Environment env;
  private final int peer;

  /** Where the peer was asked last, and when; null if it never was. */
  private @Nullable Endpoint place;

  private long askedAt;

  /** The key of the peer that called, while a question is due or under way; else null. */
  private @Nullable PublicKey key;

  /** The question under way; null if there is none. */
  private @Nullable CookieQuestion question;

  private int sends;
  private long nextAt = NEVER;
  private boolean shut;

  /**
   * @param peer its number
   */
  public WayBack(Environment env, int peer) {
    this.env = env;
    this.peer = peer;
  }

  /** The peer has called from {@code remote}, with this key: it is asked there, if not of late. */
  public void called(Moment now, PublicKey by, Endpoint remote) {
    if (remote.equals(place) && now.millis() - askedAt < HOLDS) {
      return;
    }
    close();
    place = remote;
    askedAt = now.millis();
    key = by;
    sends = 0;
    nextAt = now.millis() + PAUSE;
  }

  private void ask(Moment now, PublicKey of, Endpoint at) {
    CookieQuestion q = question;
    if (q == null) {
      q = CookieQuestion.of(of, env.host().suiteBits(), env.entropy(), at, Path.SPARE);
      question = q;
      env.awaited().echo(q.echoStart(), peer);
    }
    q.send(env.effects());
    nextAt = now.millis() + (WAIT << sends);
    sends++;
  }

  /** Takes a COOKIE_RESPONSE: the peer can be called; false if it does not answer the question. */
  public boolean answered(CookieResponse response) {
    if (question == null || !question.answeredBy(response)) {
      return false;
    }
    close();
    shut = false;
    return true;
  }

  /** Asks, and asks again; true once there was no answer. */
  public boolean tick(Moment now) {
    if (key == null || place == null || now.millis() < nextAt) {
      return false;
    }
    if (sends < QUESTIONS) {
      ask(now, key, place);
      return false;
    }
    close();
    shut = true;
    return true;
  }

  /** When {@link #tick} is due, milliseconds; {@link Long#MAX_VALUE} for never. */
  public long deadline() {
    return nextAt;
  }

  /** Whether the peer cannot be called. */
  public boolean shut() {
    return shut;
  }

  /** Forgets the question. */
  public void close() {
    if (question != null) {
      env.awaited().forgetEcho(question.echoStart());
      question = null;
    }
    key = null;
    nextAt = NEVER;
  }
}
