// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation;

import java.util.List;
import java.util.function.LongSupplier;
import org.ipae.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Changes the key of this host: the new one is answered for before it is published, published
 * before it calls, and calls before the old one is withdrawn; the old one is answered for as long
 * as anyone may hold it. Wherever it stops, the host can be reached. One thread. PROTOCOL.md
 * [DN-10] to [DN-12].
 */
public final class Rotator {
  /** What others may hold beyond its time to live, milliseconds: PROTOCOL.md decision 54. */
  static final long MARGIN = 10_000;

  /** Waits between two attempts, milliseconds. */
  static final long FIRST_WAIT = 500;

  static final long LONGEST_WAIT = 60_000;

  /** It is normal that DNS takes a moment, milliseconds. */
  private static final long LASTING = 5_000;

  /** {@link #turn} when nothing is to be done. */
  public static final long NEVER = Long.MAX_VALUE;

  private final Actions actions;
  private final LongSupplier grace;
  private @Nullable Rotation now;
  private boolean answers; // for the keys of this step
  private String trouble = "";
  private String told = "";
  private long troubleSince;
  private long wait = FIRST_WAIT;

  /**
   * @param now the one that is under way
   * @param grace how much longer than its time to live a key that was replaced stays published,
   *     milliseconds
   */
  public Rotator(Actions actions, LongSupplier grace, @Nullable Rotation now) {
    this.actions = actions;
    this.grace = grace;
    this.now = now;
  }

  /** The change under way; null if there is none. */
  public @Nullable Rotation rotation() {
    return now;
  }

  /** What is in its way; empty if nothing is. */
  public String trouble() {
    return trouble;
  }

  /** Since when, milliseconds of the boot clock. */
  public long troubleSince() {
    return troubleSince;
  }

  /**
   * Begins a change.
   *
   * @return why not; empty if it has begun
   */
  public String begin(long at, PublicKey from, PublicKey to, boolean held, boolean publishes) {
    Rotation r = new Rotation(Step.MADE, from, to, at, 0, held, publishes);
    String why = actions.save(r);
    if (why.isEmpty()) {
      now = r;
      answers = false;
      settled();
    }
    return why;
  }

  /**
   * The operator lets the change go on.
   *
   * @return why not; empty if it goes on
   */
  public String release() {
    Rotation r = now;
    if (r == null || !r.held()) {
      return "no change of keys waits to go on";
    }
    String why = actions.save(r.released());
    if (why.isEmpty()) {
      now = r.released();
    }
    return why;
  }

  /**
   * Gives a change up of which nobody has heard yet.
   *
   * @return why not; empty if it is over
   */
  public String cancel(long at) {
    Rotation r = now;
    if (r == null || r.step() != Step.MADE) {
      return r == null ? "no change of keys is under way" : "the new key is published already";
    }
    if (!tried(at, actions.erase(r)) || !tried(at, actions.save(null))) {
      return trouble;
    }
    now = null;
    actions.tell("key change: given up, the key is " + r.from());
    return "";
  }

  /**
   * Goes on as far as it can.
   *
   * @param at milliseconds of the boot clock
   * @return in how many milliseconds it is to be called again
   */
  public long turn(long at) throws InterruptedException {
    while (true) {
      Rotation r = now;
      if (r == null) {
        return NEVER;
      }
      if (!answers) {
        answers = tried(at, actions.answer(r));
        if (!answers) {
          return wait;
        }
      }
      if (r.held()) {
        return NEVER;
      }
      long due = r.since() + pause(r);
      if (at < due) {
        return due - at;
      }
      if (!step(at, r)) {
        return wait;
      }
    }
  }

  /** How long a step lasts at least. */
  private long pause(Rotation r) {
    return switch (r.step()) {
      case SPREADING, FORGETTING -> r.ttl() + MARGIN;
      case CALLING -> r.ttl() + grace.getAsLong();
      case MADE, PUBLISHING, WITHDRAWING -> 0;
    };
  }

  /** In how many milliseconds the present step ends by itself; -1 if it does not. */
  public long left(long at) {
    Rotation r = now;
    long pause = r == null || r.held() ? 0 : pause(r);
    return r == null || pause == 0 ? -1 : Math.max(0, r.since() + pause - at);
  }

  /** Whether the next step has begun. */
  private boolean step(long at, Rotation r) throws InterruptedException {
    return switch (r.step()) {
      case MADE -> measured(at, r);
      case PUBLISHING -> published(at, r, Step.SPREADING);
      case SPREADING -> called(at, r);
      case CALLING -> go(r.at(Step.WITHDRAWING, at), at);
      case WITHDRAWING -> published(at, r, Step.FORGETTING);
      case FORGETTING -> ended(at, r);
    };
  }

  private boolean measured(long at, Rotation r) throws InterruptedException {
    long held = actions.held();
    if (held < 0) {
      return tried(at, actions.trouble());
    }
    return go(r.holding(held).at(Step.PUBLISHING, at), at);
  }

  private boolean published(long at, Rotation r, Step next) throws InterruptedException {
    List<PublicKey> keys = r.published();
    List<PublicKey> gone = r.withdrawn();
    String why = r.publishes() ? actions.publish(keys, gone) : "";
    if (why.isEmpty()) {
      why = actions.seen(keys, gone);
    }
    return tried(at, why) && go(r.at(next, at), at);
  }

  private boolean called(long at, Rotation r) {
    Rotation next = r.at(Step.CALLING, at);
    return tried(at, actions.answer(next)) && go(next, at); // its time begins when it is so
  }

  private boolean ended(long at, Rotation r) {
    if (!tried(at, actions.erase(r)) || !tried(at, actions.saveDone())) {
      return false;
    }
    now = null;
    actions.tell("key change: done, the key is " + r.to());
    return true;
  }

  private boolean go(Rotation next, long at) {
    if (!tried(at, actions.save(next))) {
      return false;
    }
    now = next;
    actions.tell("key change: " + next.step().text());
    return true;
  }

  /** Keeps what is in the way; tells it once it lasts. */
  private boolean tried(long at, String why) {
    if (why.isEmpty()) {
      settled();
      return true;
    }
    if (trouble.isEmpty()) {
      troubleSince = at;
    }
    trouble = why;
    if (at - troubleSince >= LASTING && !why.equals(told)) {
      told = why;
      actions.tell("key change: " + why);
    }
    wait = Math.min(2 * wait, LONGEST_WAIT);
    return false;
  }

  private void settled() {
    trouble = "";
    told = "";
    wait = FIRST_WAIT;
  }
}
