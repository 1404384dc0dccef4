// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

import org.ipae.tunnel.wire.Sizes;

/**
 * What a path carries, found by probes (RFC 8899, without its minor states): upward from a base
 * that always works, and down to it at once when full datagrams vanish. Sizes are those of outer IP
 * packets, in bytes. A pure state machine: time is an argument, milliseconds; probes leave through
 * {@link Probes}. PROTOCOL.md section 11.
 */
final class PathMtu {
  /** BASE_PLPMTU. */
  static final int BASE = Sizes.MIN_PATH_MTU;

  /** The largest that is searched for. */
  static final int MOST = 9_216;

  /** PMTU_RAISE_TIMER. */
  static final long RAISE = 600_000;

  /** While full datagrams are sent, one of them in this time is a probe. */
  static final long CONFIRM = 500;

  /** Between two doubts that somebody's hints cause. */
  static final long HINT_PAUSE = 200;

  /**
   * Bounds of the wait for an answer. So much silence after full datagrams makes them suspect, too.
   */
  static final long LEAST_WAIT = 100;

  static final long MOST_WAIT = 3_000;

  /** How much later than the base's answer one that was sent before it may come, at least. */
  static final long LEAST_GRACE = 20;

  /** The wait while no round trip is known. */
  static final long FIRST_WAIT = 300;

  /** Between rounds of a search that nothing answers. */
  static final long MUTE_WAIT = 60_000;

  /** The same while the size in use is in doubt. */
  static final long DOUBT_WAIT = 1_000;

  /** Hints that one search follows: whoever forges ICMP must not keep it from its end. */
  private static final int HINTS = 4;

  /** Assumed where the own interface does not tell. */
  static final int ETHERNET = 1_500;

  /** What links and other tunnels leave: a search need not try every number. */
  private static final int[] USUAL = {
    1_300, 1_320, 1_340, 1_360, 1_380, 1_400, 1_412, 1_420, 1_428, 1_440, 1_452, 1_460, 1_472,
    1_476, 1_480, 1_492, ETHERNET, 2_304, 4_352, 4_470, 8_192, 8_950, 9_000, MOST
  };

  /** Sends a probe of a size under an identifier. */
  interface Probes {
    void send(int id, int size);
  }

  private final Probes probes;
  private final SizeProbing search = new SizeProbing(MUTE_WAIT);
  private final SizeProbing doubt = new SizeProbing(DOUBT_WAIT);
  private final SentProbes sent = new SentProbes();
  private int bound;
  private int size = BASE;
  private int ceiling;
  private int hint;
  private int hints;
  private int settled;
  private boolean answered;
  private long raiseAt = Long.MAX_VALUE;
  private long doubtAt;
  private long large;
  private long wait = FIRST_WAIT;

  PathMtu(Probes probes) {
    this.probes = probes;
  }

  /**
   * Another path: begins from the base.
   *
   * @param most what the own interface carries, 0 if that is not known
   * @param remembered what this path carried before, 0 if that is not known; tried first
   */
  void start(long now, int most, int remembered) {
    bound = bounded(most);
    size = BASE;
    settled = 0;
    answered = false;
    doubtAt = now;
    doubt.stop();
    sent.forget();
    restart(now, remembered);
  }

  private static int bounded(int most) {
    return most == 0 ? ETHERNET : Math.clamp(most, BASE, MOST);
  }

  /** The size in use. */
  int size() {
    return size;
  }

  /** The size that the last search has ended with; 0 if none has yet. Others may be told. */
  int settled() {
    return settled;
  }

  PathMtuState state() {
    return !search.running()
        ? PathMtuState.FOUND
        : answered ? PathMtuState.SEARCHING : PathMtuState.BASE;
  }

  /** When {@link #tick} is due at the latest. */
  long deadline() {
    return Math.min(raiseAt, Math.min(search.deadline(), doubt.deadline()));
  }

  /**
   * Lets time pass.
   *
   * @param rttMicros round trip time, 0 if unknown
   * @param sentLarge how many datagrams above the base were sent, but for probes
   * @param lastReceived when an authentic datagram came last
   */
  void tick(long now, long rttMicros, long sentLarge, long lastReceived) {
    wait =
        rttMicros == 0
            ? FIRST_WAIT
            : Math.clamp(2 * rttMicros / 1_000 + LEAST_WAIT / 2, LEAST_WAIT, MOST_WAIT);
    if (now >= doubt.deadline()) {
      if (doubt.failed()) {
        fall(now);
      } else {
        round(now, doubt, true);
      }
    }
    if (now >= search.deadline()) {
      if (search.failed()) {
        ceiling = search.size();
        next(now);
      } else {
        round(now, search, true);
      }
    }
    // What the peer sent has come to a stop, not only the answer to the last doubt.
    boolean silent = now - lastReceived >= wait && lastReceived - doubtAt >= wait;
    if (sentLarge > large && (silent || now - doubtAt >= CONFIRM)) {
      large = sentLarge;
      suspect(now, silent);
    }
    if (now >= raiseAt) {
      restart(now, 0);
    }
  }

  /** Begins to doubt the size in use, unless that is done already. */
  private void suspect(long now, boolean withBase) {
    if (size > BASE && !doubt.running()) {
      doubtAt = now;
      doubt.start(size);
      round(now, doubt, withBase);
    }
  }

  private void round(long now, SizeProbing p, boolean withBase) {
    p.round(now, wait, withBase);
    send(now, p.size());
    if (withBase) {
      // Behind the larger one: its answer alone says that the other is lost, not late.
      send(now, BASE);
    }
  }

  private void send(long now, int bytes) {
    probes.send(sent.add(now, bytes), bytes);
  }

  /** Full datagrams vanish. All sizes are searched, also this one: it may have been bad luck. */
  private void fall(long now) {
    doubt.stop();
    sent.forget();
    size = BASE;
    restart(now, hint);
  }

  /** Searches from the size in use to the bound; {@code first} is tried first. */
  private void restart(long now, int first) {
    ceiling = bound + 1;
    hint = first;
    hints = HINTS;
    next(now);
  }

  private void next(long now) {
    int candidate = candidate();
    if (candidate == 0) {
      search.stop();
      settled = size;
      raiseAt = now + RAISE;
    } else {
      raiseAt = Long.MAX_VALUE;
      search.start(candidate);
      round(now, search, true);
    }
  }

  /** The next size to try, above the one in use and below what has failed; 0 if none is left. */
  private int candidate() {
    int first = hint;
    hint = 0;
    if (first > size && first < ceiling) {
      return first;
    }
    if (bound > size && bound < ceiling) {
      return bound; // nearly always it is the answer
    }
    if (ETHERNET > size && ETHERNET < ceiling) {
      return ETHERNET;
    }
    int from = 0;
    while (from < USUAL.length && USUAL[from] <= size) {
      from++;
    }
    int to = from;
    while (to < USUAL.length && USUAL[to] < ceiling) {
      to++;
    }
    return from == to ? 0 : USUAL[(from + to) / 2];
  }

  /**
   * The peer has answered a probe.
   *
   * @return whether there was such a probe, not forgotten since
   */
  boolean answered(long now, int id, int bytes) {
    long sentAt = sent.take(id, bytes);
    if (sentAt == SentProbes.NONE) {
      return false;
    }
    answered = true;
    if (bytes == BASE) {
      long grace = Math.max(LEAST_GRACE, wait / 4);
      search.baseAnswered(now, sentAt, grace);
      doubt.baseAnswered(now, sentAt, grace);
      return true;
    }
    if (bytes >= doubt.size()) {
      doubt.stop();
    }
    if (bytes > size && bytes <= bound) {
      size = bytes;
      ceiling = Math.max(ceiling, bytes + 1); // an answer that came late
      next(now);
    }
    return true;
  }

  /** Somebody, perhaps a router, says that no more passes: only a probe can show it. */
  void hint(long now, int mtu) {
    boolean useful = mtu > BASE && mtu < ceiling && hints > 0;
    if (useful) {
      hint = mtu;
      hints--;
    }
    if (mtu < size) {
      if (now - doubtAt >= HINT_PAUSE) {
        suspect(now, true);
      }
    } else if (useful && mtu > size && mtu < search.size()) {
      next(now);
    }
  }

  /** What the own interface carries, which needs no probe. */
  void bound(long now, int most) {
    int next = bounded(most);
    if (next == bound) {
      return;
    }
    bound = next;
    if (size > bound) {
      size = bound;
      doubt.stop();
      sent.forget();
    }
    restart(now, 0);
  }
}
