// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;

/**
 * An eavesdropper without any key that changes bytes behind those that mac1 and mac2 cover: it
 * sends such variants of each INIT and INIT_PART of host a before the original, and again whenever
 * it is told to.
 */
final class TailForger {
  private final Lab lab;
  private final int variants;
  private final List<byte[]> recorded = new ArrayList<>();

  TailForger(Lab lab, int variants) {
    this.lab = lab;
    this.variants = variants;
  }

  TailForger attach() {
    lab.sim.tap((from, to, bytes) -> {
      boolean init = bytes[0] == MessageType.INIT || bytes[0] == MessageType.INIT_PART;
      if (init && from.equals(lab.a.address)) {
        recorded.add(bytes.clone());
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
    send(lab.a.address, lab.b.address, recorded.get(lab.sim.random.nextInt(recorded.size())));
  }

  private void send(Endpoint from, Endpoint to, byte[] original) {
    byte[] variant = original.clone();
    int room = variant.length - Sizes.INIT_MACS - Sizes.INIT_MACS_COVER;
    int at = Sizes.INIT_MACS_COVER + lab.sim.random.nextInt(room);
    variant[at] ^= (byte) (1 + lab.sim.random.nextInt(255));
    lab.sim.deliver(from, to, variant);
  }
}
