// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.LargestSource;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Message.InitPart;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Joins the two parts of an INIT. Bounded in number per address, in all, and in time; an old part
 * gives way to a new one. One thread.
 */
final class InitParts {
  private record Pending(Endpoint source, InitPart part, long until, LargestSource.Place place)
      implements LargestSource.Entry {}

  /** The oldest first. */
  private final List<Pending> pending = new ArrayList<>();

  private final LargestSource sources = new LargestSource();
  private long gaveWay;

  /** The two parts of an INIT. */
  static byte[][] split(byte[] init) {
    byte[][] parts = new byte[2][Sizes.INIT_PART];
    for (int i = 0; i < 2; i++) {
      System.arraycopy(init, 0, parts[i], 0, Sizes.INIT_MACS_COVER);
      parts[i][0] = MessageType.INIT_PART;
      parts[i][Init.FLAGS] = (byte) i;
      System.arraycopy(
          init,
          Sizes.INIT_MACS_COVER + i * Sizes.INIT_PART_BODY,
          parts[i],
          Sizes.INIT_MACS_COVER,
          Sizes.INIT_PART_BODY);
    }
    return parts;
  }

  /**
   * Adds a part whose MACs are right and whose age is not too great.
   *
   * @return the INIT if this part completes one; its own MACs are zero. null otherwise
   */
  @Nullable Init add(long now, Endpoint source, InitPart part) {
    while (!pending.isEmpty() && pending.getFirst().until <= now) {
      remove(pending.getFirst());
    }
    int ofAddress = 0;
    Pending oldest = null;
    for (Pending p : pending) {
      if (p.source.sameAddress(source)) {
        oldest = ofAddress == 0 ? p : oldest;
        ofAddress++;
      }
      if (p.source.equals(source) && sameInit(p.part, part)) {
        if (p.part.index() == part.index()) {
          return null;
        }
        remove(p);
        return part.index() == 0 ? join(part, p.part) : join(p.part, part);
      }
    }
    if (oldest != null && ofAddress >= HandshakeLimits.PARTS_PER_ADDRESS) {
      giveWay(oldest);
    } else if (pending.size() >= HandshakeLimits.PARTS) {
      giveWay(oldestOf(sources.ofAll(pending)));
    }
    LargestSource.Place place = sources.enter(source);
    pending.add(new Pending(source, part, now + HandshakeLimits.PART_LIFE, place));
    return null;
  }

  private Pending oldestOf(LargestSource.Place place) {
    int i = 0;
    while (!pending.get(i).place.same(place)) {
      i++;
    }
    return pending.get(i);
  }

  private void giveWay(Pending p) {
    remove(p);
    gaveWay++;
  }

  private void remove(Pending p) {
    pending.remove(p);
    sources.leave(p.place);
  }

  /** How many parts have given way to others. */
  long gaveWay() {
    return gaveWay;
  }

  int size() {
    return pending.size();
  }

  private static boolean sameInit(InitPart a, InitPart b) {
    for (int at = Init.ID; at < Sizes.INIT_MACS_COVER; at += 4) {
      if (BigEndian.u32(a.bytes(), at) != BigEndian.u32(b.bytes(), at)) {
        return false;
      }
    }
    return a.bytes()[Init.SUITE] == b.bytes()[Init.SUITE];
  }

  private static @Nullable Init join(InitPart first, InitPart second) {
    Suite suite = Suite.byId(first.bytes()[Init.SUITE]);
    if (suite == null || !suite.hybrid()) {
      return null;
    }
    byte[] init = new byte[Sizes.INIT_HYBRID];
    System.arraycopy(first.bytes(), 0, init, 0, Sizes.INIT_MACS_COVER + Sizes.INIT_PART_BODY);
    System.arraycopy(
        second.bytes(),
        Sizes.INIT_MACS_COVER,
        init,
        Sizes.INIT_MACS_COVER + Sizes.INIT_PART_BODY,
        Sizes.INIT_PART_BODY);
    init[0] = MessageType.INIT;
    init[Init.FLAGS] = 0;
    return new Init(init, suite);
  }
}
