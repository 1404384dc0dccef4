// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Chooses what gives way in a full table that strangers fill: the oldest entries of whoever fills
 * it most, so that a newcomer of another place always finds room. Anyone may own many addresses of
 * one network, so places are compared from the widest prefix to the narrowest: IPv6 by /48, /56 and
 * /64, IPv4 by /16, /24 and address. Ties go to the oldest.
 */
public final class LargestSource {
  /** Of the first half of an IPv6 address, or of the second half of a mapped IPv4 address. */
  private static final long[] MASKS = {-1L << 16, -1L << 8, -1L};

  private LargestSource() {}

  /** Returns those of the largest source, the oldest first, as {@code entries} are. */
  public static <T> List<T> among(List<T> entries, Function<T, Endpoint> source) {
    List<T> left = entries;
    for (int level = 0; level < MASKS.length; level++) {
      Map<Long, Integer> sizes = new HashMap<>();
      int largest = 0;
      for (T e : left) {
        largest = Math.max(largest, sizes.merge(prefix(source.apply(e), level), 1, Integer::sum));
      }
      long place = 0;
      for (T e : left) {
        place = prefix(source.apply(e), level);
        if (sizes.getOrDefault(place, 0) == largest) {
          break;
        }
      }
      long most = place;
      int width = level;
      left = left.stream().filter(e -> prefix(source.apply(e), width) == most).toList();
    }
    return left;
  }

  private static long prefix(Endpoint e, int level) {
    return (e.isIpv4() ? e.lo() : e.hi()) & MASKS[level];
  }
}
