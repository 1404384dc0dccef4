// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.ipae.tunnel.names.Published;

/**
 * The order in which the gateways of one name are tried: by priority, and within it by chance
 * according to weight (RFC 2782). The chance is that of the own name, so that a host keeps its
 * order and hosts differ.
 */
final class Weighted {
  /** What a weight of 0 counts beside others: "a very small chance". */
  private static final double LEAST = 0.01;

  private Weighted() {}

  /**
   * The first one first.
   *
   * @param own name of this host
   */
  static List<Published.Gateway> order(List<Published.Gateway> all, String own) {
    return all.stream()
        .sorted(
            Comparator.comparingInt(Published.Gateway::priority)
                .thenComparingDouble(g -> drawn(g, own)))
        .toList();
  }

  /** The least of exponential variables is each one in proportion to its rate. */
  private static double drawn(Published.Gateway g, String own) {
    long seed = ((long) own.hashCode() << Integer.SIZE) ^ g.target().hashCode();
    double chance = 1 - new SplittableRandom(seed).nextDouble();
    return -Math.log(chance) / Math.max(g.weight(), LEAST);
  }
}
