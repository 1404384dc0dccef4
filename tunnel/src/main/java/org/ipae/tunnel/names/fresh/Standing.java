// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a host goes by for a name, made of all that DNS has said of it. PROTOCOL.md section 16.
 *
 * @param verdict the latest, null before the first
 * @param reason what goes with it, in one line; may be empty
 * @param gateways whose keys are good, the preferred one first
 * @param until when they are good no longer, milliseconds of the boot clock
 * @param withdrawn keys that were seen to go, and when the records without them were signed,
 *     seconds of the epoch
 * @param pins keys that were taken on first use from a zone that is not signed: the gateways are
 *     not authenticated, and none has another key; empty if they are
 */
record Standing(
    @Nullable Verdict verdict,
    String reason,
    List<Published.Gateway> gateways,
    long until,
    Map<PublicKey, Long> withdrawn,
    List<PublicKey> pins) {

  /**
   * Milliseconds that a key stays behind its end, while the next answer is on its way: a resolver
   * has none before its own has ended.
   */
  static final long GRACE = 10_000;

  /** Keys that went and are kept in mind for one name. */
  private static final int MOST_WITHDRAWN = 64;

  static final Standing UNKNOWN =
      new Standing(null, "not looked up yet", List.of(), 0, Map.of(), List.of());

  Standing {
    gateways = List.copyOf(gateways);
    pins = List.copyOf(pins);
  }

  /** Whether what is known may be used; what is only pinned may by {@code prefer} alone. */
  boolean usable(boolean prefer) {
    return prefer || pins.isEmpty();
  }

  /** Any key is believed once more, if the zone is not signed. */
  Standing withoutPins() {
    return pins.isEmpty()
        ? this
        : new Standing(verdict, reason, List.of(), 0, withdrawn, List.of());
  }

  /**
   * What DNS says next.
   *
   * @param now milliseconds of the boot clock
   * @param prefer whether the keys of a zone that is not signed are taken, on first use
   */
  Standing next(Published p, long now, boolean prefer) {
    return switch (p.verdict()) {
      case SECURE, INSECURE, ABSENT -> replaced(p, now, prefer && p.verdict() == Verdict.INSECURE);
      // Not authenticated: it ends nothing that is.
      case BOGUS, UNREACHABLE ->
          new Standing(p.verdict(), p.reason(), good(now), until, withdrawn, pins);
    };
  }

  /** The gateways whose keys are good. */
  List<Published.Gateway> good(long now) {
    return now < until ? gateways : List.of();
  }

  /** On first use those that DNS has; what was secure before is a first use too. */
  private List<PublicKey> pins(Published p, boolean pinning) {
    if (!pinning) {
      return p.verdict() == Verdict.SECURE ? List.of() : pins;
    }
    List<Published.Gateway> first = gateways.isEmpty() ? p.gateways() : gateways;
    return pins.isEmpty() ? first.stream().map(Published.Gateway::key).toList() : pins;
  }

  /**
   * Anyone who has stolen a withdrawn key could repeat old records until their signatures expire.
   */
  private Standing replaced(Published p, long now, boolean pinning) {
    List<PublicKey> pinned = pins(p, pinning);
    Map<PublicKey, Long> gone = new LinkedHashMap<>(withdrawn);
    List<Published.Gateway> taken = new ArrayList<>();
    List<String> refused = new ArrayList<>(p.reason().isEmpty() ? List.of() : List.of(p.reason()));
    for (Published.Gateway g :
        p.verdict() == Verdict.SECURE || pinning ? p.gateways() : List.<Published.Gateway>of()) {
      Long since = gone.get(g.key());
      if (pinning && !pinned.contains(g.key())) {
        refused.add(
            "key "
                + g.key()
                + " is not what was pinned on first use; if it is right: ipae pins clear");
        continue;
      }
      if (since != null && p.signedAt() < since) {
        refused.add("key " + g.key() + " was withdrawn after these records were signed");
      } else {
        gone.remove(g.key());
        taken.add(g);
      }
    }
    if (p.verdict() == Verdict.SECURE && p.gateways().isEmpty()) {
      refused.addAll(p.ignored().stream().limit(1).toList());
    }
    for (Published.Gateway g : gateways) {
      if (p.signedAt() != 0 && taken.stream().noneMatch(t -> t.key().equals(g.key()))) {
        gone.put(g.key(), p.signedAt());
      }
    }
    while (gone.size() > MOST_WITHDRAWN) {
      gone.remove(gone.keySet().iterator().next());
    }
    if (pinning && !taken.isEmpty()) {
      refused.addFirst("not authenticated: the zone is not signed, the key is pinned");
    }
    return new Standing(
        p.verdict(),
        String.join("; ", refused),
        taken,
        now + p.validMillis() + GRACE,
        gone,
        pinned);
  }
}
