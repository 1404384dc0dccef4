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

  private final Simulation sim;
  private final Endpoint a;
  private final Endpoint b;
  private final Endpoint elsewhere;
  private boolean spoofs;
  private boolean active = true;

  Copier(Lab lab, Endpoint elsewhere) {
    this(lab.sim, lab.a.address, lab.b.address, elsewhere);
  }

  Copier(Simulation sim, Endpoint a, Endpoint b, Endpoint elsewhere) {
    this.sim = sim;
    this.a = a;
    this.b = b;
    this.elsewhere = elsewhere;
  }

  /** What it relays seems to come from b, not from the address of the eavesdropper. */
  Copier spoofs() {
    spoofs = true;
    return this;
  }

  void attach() {
    long fast = sim.weather.delay - 10 * Simulation.MS;
    sim.tap((from, to, bytes) -> {
      if (active && from.equals(a) && to.equals(b)) {
        sim.deliver(fast, elsewhere, to, bytes);
      } else if (active && from.equals(a) && to.equals(elsewhere)) {
        sim.deliver(fast, elsewhere, b, bytes);
      } else if (active && to.equals(elsewhere) && bytes.length <= SMALL) {
        sim.deliver(fast, spoofs ? b : elsewhere, a, bytes);
      }
      return bytes;
    });
  }

  void stop() {
    active = false;
  }
}
