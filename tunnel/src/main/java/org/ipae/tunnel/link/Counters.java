// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.ipae.tunnel.wire.DropReason;

/** Drops by reason. Any thread. */
public final class Counters {
  private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);

  public Counters() {
    for (DropReason r : DropReason.values()) {
      drops.put(r, new LongAdder());
    }
  }

  public void drop(DropReason reason) {
    drop(reason, 1);
  }

  public void drop(DropReason reason, long count) {
    adder(reason).add(count);
  }

  public long drops(DropReason reason) {
    return adder(reason).sum();
  }

  private LongAdder adder(DropReason reason) {
    return Objects.requireNonNull(drops.get(reason));
  }

  /** All that are not zero. */
  public Map<DropReason, Long> drops() {
    Map<DropReason, Long> out = new EnumMap<>(DropReason.class);
    for (DropReason r : DropReason.values()) {
      if (drops(r) != 0) {
        out.put(r, drops(r));
      }
    }
    return out;
  }
}
