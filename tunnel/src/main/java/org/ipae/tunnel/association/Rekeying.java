package org.ipae.tunnel.association;

import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Rekey;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/** Handshakes inside a live session, of both sides. PROTOCOL.md section 8. */
final class Rekeying {
  /** Least time between exchanges of the peer that are answered, milliseconds. */
  static final long PAUSE = 1_000;

  /**
   * A finished own exchange.
   *
   * @param origin what made it
   */
  record Done(Established established, Object origin) {}

  private final Environment env;
  private final Voice voice;
  private Rekey.@Nullable Start start;
  private SessionSet.@Nullable Held parent;
  private byte @Nullable [] answer;
  private int answered;
  private long answeredAt = Long.MIN_VALUE / 2;

  Rekeying(Environment env, Voice voice) {
    this.env = env;
    this.voice = voice;
  }

  /** The own exchange under way, null if there is none. */
  @Nullable Object underWay() {
    return start;
  }

  /** Starts an exchange inside a session. */
  void start(SessionSet.Held held) {
    parent = held;
    start =
        new Rekey.Start(
            parentOf(held.session), env.host().lanes(), env.host().suiteBits(), env.entropy());
    voice.say(held, start.item());
  }

  /** Sends its item again, byte for byte. */
  void repeat() {
    if (start != null && parent != null) {
      voice.say(parent, start.item());
    }
  }

  void abandon() {
    if (start != null) {
      start.close();
      start = null;
      parent = null;
    }
  }

  /** A session is over; an exchange inside it gets no answer any more. */
  void ended(SessionSet.Held held) {
    if (parent == held) {
      parent = null;
    }
  }

  /** The answer to the own exchange came; null if it is none, or does not open. */
  @Nullable Done response(SessionSet.Held held, byte[] value) {
    Rekey.Start own = start;
    if (own == null || parent != held || Rekey.id(value) != own.id()) {
      return null;
    }
    Established e = own.read(value);
    start = null;
    parent = null;
    own.close();
    if (e == null) {
      env.shared().counters().drop(DropReason.NOISE);
      return null;
    }
    if (e.payload().status() != Payloads.Status.OK) {
      e.split().close();
      return null;
    }
    return new Done(e, own);
  }

  /**
   * The peer starts an exchange: answers it, or repeats the answer.
   *
   * @return what the new session is made of, to be registered before {@link #say}; null if nothing
   *     new came of it
   */
  @Nullable Established question(long now, SessionSet.Held held, byte[] value) {
    int id = Rekey.id(value);
    if (answer != null && answered == id) {
      voice.say(held, answer);
      return null;
    }
    if (now - answeredAt < PAUSE) {
      return null;
    }
    answeredAt = now;
    Endpoint remote = held.session.path().remote();
    Rekey.Answer made =
        Rekey.answer(
            parentOf(held.session),
            value,
            first ->
                new Payloads.Second(
                    Payloads.Status.OK,
                    Math.max(1, Math.min(first.lanes(), env.host().lanes())),
                    false,
                    env.host().suiteBits(),
                    env.gate().issue(now, remote),
                    env.gate().ttlSeconds()),
            env.entropy());
    if (made == null) {
      env.shared().counters().drop(DropReason.NOISE);
      return null;
    }
    answer = made.item();
    answered = id;
    return made.established();
  }

  /** Sends the newest answer. */
  void say(SessionSet.Held held) {
    if (answer != null) {
      voice.say(held, answer);
    }
  }

  private Rekey.Parent parentOf(Session s) {
    return new Rekey.Parent(
        s.facts().suite(), env.host().key(), s.facts().remote(), s.rekeyPsk(), s.rekeyId());
  }
}
