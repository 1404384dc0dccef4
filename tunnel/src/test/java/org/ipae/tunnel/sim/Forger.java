// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.function.Predicate;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;

/**
 * An eavesdropper that answers every question of its victims, and every INIT, so many times with a
 * COOKIE_RESPONSE, each of them before the responder's own.
 */
final class Forger {
  private final Simulation sim;
  private final Predicate<Endpoint> victims;
  private final int answers;
  private boolean worthless;

  /** Its victim is host a. */
  Forger(Lab lab, int answers) {
    this(lab.sim, lab.a.address::equals, answers);
  }

  Forger(Simulation sim, Predicate<Endpoint> victims, int answers) {
    this.sim = sim;
    this.victims = victims;
    this.answers = answers;
  }

  /** No suites, no time: what a receiver can see to be useless. */
  Forger worthless() {
    worthless = true;
    return this;
  }

  void attach() {
    sim.tap((from, to, bytes) -> {
      if (victims.test(from) && bytes[0] == MessageType.COOKIE_REQUEST) {
        forge(from, to, bytes, CookieRequest.CLIENT_COOKIE);
      } else if (victims.test(from) && bytes[0] == MessageType.INIT) {
        forge(from, to, bytes, Init.NOISE);
      }
      return bytes;
    });
  }

  private void forge(Endpoint from, Endpoint to, byte[] question, int echo) {
    for (int i = 0; i < answers; i++) {
      byte[] b = new byte[Sizes.COOKIE_RESPONSE];
      sim.random.nextBytes(b);
      b[0] = MessageType.COOKIE_RESPONSE;
      b[1] = MessageType.VERSION;
      b[2] = 0;
      b[3] = (byte) (worthless ? 0 : 7);
      System.arraycopy(question, echo, b, 4, Sizes.ECHO);
      b[68] = b[69] = 0;
      b[70] = (byte) (worthless ? 0 : 0x38); // 14,336 s
      b[71] = 0;
      sim.deliver(to, from, b);
    }
  }
}
