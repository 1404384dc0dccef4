// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Rekey;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.jspecify.annotations.Nullable;

/** Handshakes inside a live session, of both sides. PROTOCOL.md section 8. */
public final class Rekeying {
  /** Least time between exchanges of the peer that are answered, milliseconds. */
  static final long PAUSE = 1_000;

  /**
   * A finished own exchange.
   *
   * @param origin what made it
   */
  public record Done(Established established, Object origin) {}

  private final Environment env;
  private final Speaker speaker;
  private Rekey.@Nullable Start start;
  private @Nullable LiveSession parent;
  private Item.@Nullable Handshake answer;
  private long answeredAt = Long.MIN_VALUE / 2;

  public Rekeying(Environment env, Speaker speaker) {
    this.env = env;
    this.speaker = speaker;
  }

  /** The own exchange under way, null if there is none. */
  public @Nullable Object underWay() {
    return start;
  }

  /**
   * Starts an exchange inside a session.
   *
   * @param announced bits of the suites that the peer was last heard to accept, 0 if it has never
   *     said so
   */
  public void start(LiveSession live, int announced) {
    parent = live;
    int seen = announced == 0 ? env.host().suiteBits() : announced;
    start = new Rekey.Start(parentOf(live), env.host().lanes(), seen, env.entropy());
    speaker.say(live, start.item());
  }

  /** Sends its item again, byte for byte. */
  public void repeat() {
    if (start != null && parent != null) {
      speaker.say(parent, start.item());
    }
  }

  public void abandon() {
    if (start != null) {
      start.close();
      start = null;
      parent = null;
    }
  }

  /** A session is over; an exchange inside it gets no answer any more. */
  public void ended(LiveSession live) {
    if (parent == live) {
      parent = null;
    }
  }

  /** The answer to the own exchange came; null if it is none, or does not open. */
  public @Nullable Done response(LiveSession live, Item.Handshake item) {
    Rekey.Start own = start;
    if (own == null || parent != live || item.id() != own.id()) {
      return null;
    }
    Established e = own.read(item);
    start = null;
    parent = null;
    own.close();
    if (e == null) {
      env.shared().counters().drop(DropReason.NOISE);
      return null;
    }
    if (e.payload().status() != Payloads.Status.OK) {
      e.payload().next().key().close();
      e.split().close();
      return null;
    }
    return new Done(e, own);
  }

  /**
   * The peer starts an exchange: answers it, or repeats the answer.
   *
   * @return what the new session is made of, to be registered before {@link #sayAnswer}; null if
   *     nothing new came of it
   */
  public @Nullable Established question(Moment now, LiveSession live, Item.Handshake item) {
    if (answer != null && answer.id() == item.id()) {
      speaker.say(live, answer);
      return null;
    }
    if (now.millis() - answeredAt < PAUSE) {
      return null;
    }
    answeredAt = now.millis();
    Endpoint remote = live.session().path().remote();
    Strength strength = Strength.of(live.session().facts().suite());
    Rekey.Answer made =
        Rekey.answer(
            parentOf(live),
            item,
            first ->
                new Payloads.Second(
                    Payloads.Status.OK,
                    Math.max(1, Math.min(first.lanes(), env.host().lanes())),
                    false,
                    env.host().suiteBits(),
                    env.gate().issue(now.millis(), remote, strength),
                    env.gate().ttlSeconds()),
            env.entropy());
    if (made == null) {
      env.shared().counters().drop(DropReason.NOISE);
      return null;
    }
    answer = made.item();
    return made.established();
  }

  /** Sends the newest answer. */
  public void sayAnswer(LiveSession live) {
    if (answer != null) {
      speaker.say(live, answer);
    }
  }

  private static Rekey.Parent parentOf(LiveSession live) {
    return new Rekey.Parent(
        live.session().facts().suite(),
        live.own().keyPair(),
        live.remote(),
        live.rekey().psk(),
        live.rekey().id());
  }
}
