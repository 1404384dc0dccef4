// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.ipae.crypto.Erasable;

/** Everything secret that was made, and of it what is not erased yet, by where it was made. */
final class Ledger implements Consumer<Erasable> {
  private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), 8);

  private final Map<Erasable, String> open = new IdentityHashMap<>();
  private int pruneAt = 10_000;
  private long made;

  @Override
  public void accept(Erasable secret) {
    made++;
    open.put(secret, origin());
    if (open.size() > pruneAt) {
      prune();
      pruneAt = 2 * open.size() + 10_000;
    }
  }

  private void prune() {
    open.keySet().removeIf(Erasable::closed);
  }

  /** The call outside of the cryptographic module that made it. */
  private static String origin() {
    return WALKER.walk(frames ->
        frames
            .filter(f -> !f.getClassName().startsWith("org.ipae.crypto."))
            .filter(f -> !f.getClassName().equals(Ledger.class.getName()))
            .findFirst()
            .map(f ->
                f.getClassName().substring(f.getClassName().lastIndexOf('.') + 1)
                    + "."
                    + f.getMethodName())
            .orElseThrow());
  }

  /** How many there have been in all. */
  long made() {
    return made;
  }

  /** How many are open, by kind and origin. */
  Map<String, Integer> census() {
    prune();
    Map<String, Integer> out = new TreeMap<>();
    open.forEach(
        (s, from) -> out.merge(s.getClass().getSimpleName() + " " + from, 1, Integer::sum));
    return out;
  }
}
