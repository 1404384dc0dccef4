// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ipae.crypto.Entropy;
import org.ipae.tunnel.wire.BigEndian;
import org.jspecify.annotations.Nullable;

/**
 * What COOKIE_RESPONSEs of one attempt have brought, but for those that were followed at once.
 * Anyone who sees the question can answer it, many times and before the responder, so those that
 * are tried are drawn at random from all that came (reservoir sampling). PROTOCOL.md [HS-6].
 */
final class Candidates implements AutoCloseable {
  /** INITs made for cookies of COOKIE_RESPONSEs in one attempt, and cookies kept. */
  static final int LIMIT = 16;

  private final List<Candidate> kept = new ArrayList<>();
  private final Set<Long> answered = new HashSet<>();
  private int came;
  private int used;

  /** Whether this is the first answer to the message of this echo. */
  boolean isFirst(long echoStart) {
    return !answered.contains(echoStart);
  }

  /** The message of this echo has had an answer that was followed. */
  void followed(long echoStart) {
    answered.add(echoStart);
  }

  /** One INIT more has been made; false if there may not be another. */
  boolean use() {
    return used < LIMIT && used++ < LIMIT;
  }

  /** Keeps it, or another in its place; owns it from now on. */
  void add(Candidate c, Entropy entropy) {
    for (Candidate k : kept) {
      if (k.suites() == c.suites() && Arrays.equals(k.cookie().tag(), c.cookie().tag())) {
        c.close();
        return;
      }
    }
    came++;
    if (kept.size() < LIMIT) {
      kept.add(c);
      return;
    }
    int slot = below(came, entropy);
    if (slot < LIMIT) {
      kept.set(slot, c).close();
    } else {
      c.close();
    }
  }

  /** Takes one out at random, null if there is none or no further INIT may be made. */
  @Nullable Candidate draw(Entropy entropy) {
    return kept.isEmpty() || !use() ? null : kept.remove(below(kept.size(), entropy));
  }

  private static int below(int bound, Entropy entropy) {
    return Integer.remainderUnsigned(BigEndian.u32(entropy.bytes(4), 0), bound);
  }

  @Override
  public void close() {
    kept.forEach(Candidate::close);
    kept.clear();
  }
}
