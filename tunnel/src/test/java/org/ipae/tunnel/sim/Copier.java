// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import org.ipae.tunnel.wire.Endpoint;

/**
 * An eavesdropper with a faster way than the network's: a copy of each datagram of host a arrives
 * at host b before the original does, from another address. What b sends there it relays to a while
 * it is small, so that challenges are answered, and keeps otherwise.
 */
final class Copier {
  private static final int SMALL = 96;

  private final Lab lab;
  private final Endpoint elsewhere;
  private boolean spoofs;
  private boolean active = true;

  Copier(Lab lab, Endpoint elsewhere) {
    this.lab = lab;
    this.elsewhere = elsewhere;
  }

  /** What it relays seems to come from b, not from the address of the eavesdropper. */
  Copier spoofs() {
    spoofs = true;
    return this;
  }

  void attach() {
    long fast = lab.sim.weather.delay - 10 * Simulation.MS;
    lab.sim.tap((from, to, bytes) -> {
      if (active && from.equals(lab.a.address) && to.equals(lab.b.address)) {
        lab.sim.deliver(fast, elsewhere, to, bytes);
      } else if (active && from.equals(lab.a.address) && to.equals(elsewhere)) {
        lab.sim.deliver(fast, elsewhere, lab.b.address, bytes);
      } else if (active && to.equals(elsewhere) && bytes.length <= SMALL) {
        lab.sim.deliver(fast, spoofs ? lab.b.address : elsewhere, lab.a.address, bytes);
      }
      return bytes;
    });
  }

  void stop() {
    active = false;
  }
}
