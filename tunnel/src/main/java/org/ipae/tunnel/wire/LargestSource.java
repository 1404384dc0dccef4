// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses what gives way in a full table that strangers fill: the oldest entries of whoever fills
 * it most, so that a newcomer of another place always finds room. Anyone may own many addresses of
 * one network, so places are compared from the widest prefix to the narrowest: IPv6 by /48, /56 and
 * /64, IPv4 by /16, /24 and address. Ties go to the oldest. The entries of each network are counted
 * as they come and go, so that a choice takes three looks at the table and makes nothing.
 */
public final class LargestSource {
  /** Of the first half of an IPv6 address, or of the second half of a mapped IPv4 address. */
  private static final long[] MASKS = {-1L << 16, -1L << 8, -1L};

  private static final class Network {
    final long prefix;
    int entries;

    Network(long prefix) {
      this.prefix = prefix;
    }
  }

  /** Where an entry came from: its networks, the widest first. */
  public static final class Place {
    private final Network[] networks = new Network[MASKS.length];

    private Place() {}

    /** Whether this is the same /64, or IPv4 address. */
    public boolean same(Place other) {
      return networks[MASKS.length - 1] == other.networks[MASKS.length - 1];
    }
  }

  /** An entry of the table. */
  public interface Entry {
    Place place();
  }

  private final List<Map<Long, Network>> levels = new ArrayList<>();

  public LargestSource() {
    for (int level = 0; level < MASKS.length; level++) {
      levels.add(new HashMap<>());
    }
  }

  /** An entry comes; its place is told when it goes. */
  public Place enter(Endpoint source) {
    Place p = new Place();
    for (int level = 0; level < MASKS.length; level++) {
      long prefix = (source.isIpv4() ? source.lo() : source.hi()) & MASKS[level];
      p.networks[level] = levels.get(level).computeIfAbsent(prefix, Network::new);
      p.networks[level].entries++;
    }
    return p;
  }

  /** An entry goes. */
  public void leave(Place place) {
    for (int level = 0; level < MASKS.length; level++) {
      Network n = place.networks[level];
      if (--n.entries == 0) {
        levels.get(level).remove(n.prefix);
      }
    }
  }

  /**
   * The largest place.
   *
   * @param all every entry that has come and not gone, the oldest first; at least one
   */
  public Place ofAll(List<? extends Entry> all) {
    return largest(all, true);
  }

  /**
   * The same among a few of the entries. It takes time in proportion to the square of their number.
   */
  public Place ofSome(List<? extends Entry> some) {
    return largest(some, false);
  }

  private static Place largest(List<? extends Entry> entries, boolean all) {
    Place best = entries.getFirst().place();
    for (int level = 0; level < MASKS.length; level++) {
      Network wider = level == 0 ? null : best.networks[level - 1];
      int most = 0;
      for (int i = 0; i < entries.size(); i++) {
        Place p = entries.get(i).place();
        if (wider == null || p.networks[level - 1] == wider) {
          Network n = p.networks[level];
          int size = all ? n.entries : count(entries, level, n);
          if (size > most) {
            most = size;
            best = p;
          }
        }
      }
    }
    return best;
  }

  private static int count(List<? extends Entry> entries, int level, Network network) {
    int count = 0;
    for (int i = 0; i < entries.size(); i++) {
      count += entries.get(i).place().networks[level] == network ? 1 : 0;
    }
    return count;
  }
}
