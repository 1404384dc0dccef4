// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation;

import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.PublicKey;

/**
 * A change of keys under way.
 *
 * @param from the old key
 * @param to the new key
 * @param since when the step began, milliseconds of the boot clock
 * @param ttl how long others may hold what DNS says, milliseconds; 0 while it is not known
 * @param held whether it waits for the operator before anything is published
 * @param publishes whether this host changes DNS; else another does, and this one follows
 */
public record Rotation(
    Step step,
    PublicKey from,
    PublicKey to,
    long since,
    long ttl,
    boolean held,
    boolean publishes) {

  /** The next step, which begins now. */
  Rotation at(Step next, long now) {
    return new Rotation(next, from, to, now, ttl, held, publishes);
  }

  /** The same, once it is known how long others hold what DNS says. */
  Rotation holding(long millis) {
    return new Rotation(step, from, to, since, millis, held, publishes);
  }

  /** The same, without waiting for the operator. */
  Rotation released() {
    return new Rotation(step, from, to, since, ttl, false, publishes);
  }

  /** Keys that are to be in DNS, the calling one first. */
  public List<PublicKey> published() {
    List<PublicKey> out = new ArrayList<>();
    if (step.oldPublished()) {
      out.add(from);
    }
    if (step.newPublished()) {
      out.add(to);
    }
    return out;
  }

  /** Keys of this host that are to be no longer in DNS. */
  public List<PublicKey> withdrawn() {
    return step.oldPublished() ? List.of() : List.of(from);
  }
}
