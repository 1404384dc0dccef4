// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;

/**
 * An eavesdropper without any key that changes bytes behind those that mac1 and mac2 cover: it
 * sends such variants of each INIT and INIT_PART of its victims before the original, and again
 * whenever it is told to.
 */
final class TailForger {
  private static final int REMEMBERED = 1_000;

  private record Seen(Endpoint from, Endpoint to, byte[] bytes) {}

  private final Simulation sim;
  private final Predicate<Endpoint> victims;
  private final int variants;
  private final List<Seen> recorded = new ArrayList<>();

  /** Its victim is host a. */
  TailForger(Lab lab, int variants) {
    this(lab.sim, lab.a.address::equals, variants);
  }

  TailForger(Simulation sim, Predicate<Endpoint> victims, int variants) {
    this.sim = sim;
    this.victims = victims;
    this.variants = variants;
  }

  TailForger attach() {
    sim.tap((from, to, bytes) -> {
      boolean init = bytes[0] == MessageType.INIT || bytes[0] == MessageType.INIT_PART;
      if (init && victims.test(from)) {
        if (recorded.size() == REMEMBERED) {
          recorded.removeFirst();
        }
        recorded.add(new Seen(from, to, bytes.clone()));
        for (int i = 0; i < variants; i++) {
          send(from, to, bytes);
        }
      }
      return bytes;
    });
    return this;
  }

  int recorded() {
    return recorded.size();
  }

  /** Sends a variant of one of the recorded datagrams. */
  void again() {
    Seen s = recorded.get(sim.random.nextInt(recorded.size()));
    send(s.from, s.to, s.bytes);
  }

  private void send(Endpoint from, Endpoint to, byte[] original) {
    byte[] variant = original.clone();
    int room = variant.length - Sizes.INIT_MACS - Sizes.INIT_MACS_COVER;
    int at = Sizes.INIT_MACS_COVER + sim.random.nextInt(room);
    variant[at] ^= (byte) (1 + sim.random.nextInt(255));
    sim.deliver(from, to, variant);
  }
}
