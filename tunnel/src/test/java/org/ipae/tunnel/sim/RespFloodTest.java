// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** An eavesdropper sees the id of each INIT and sends RESPs that do not open. [HS-37] */
class RespFloodTest {
  private final byte[] forged = new byte[Sizes.RESP_HYBRID];
  private boolean seen;

  /** A lab whose a is flooded once it has sent an INIT, until it is up or the time is over. */
  private Lab flooded(int seed, int perMilli, boolean answers, int seconds) {
    Lab lab = new Lab(seed);
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    lab.sim.random.nextBytes(forged);
    forged[0] = MessageType.RESP;
    forged[1] = MessageType.VERSION;
    forged[2] = 0;
    forged[3] = 0;
    seen = false;
    lab.sim.tap((from, to, bytes) -> {
      if (bytes[0] == MessageType.INIT) {
        System.arraycopy(bytes, Message.Init.ID, forged, Message.Resp.ID, 4);
        seen = true;
      }
      return answers || bytes[0] != MessageType.RESP ? bytes : null;
    });
    lab.start();
    lab.sim.await(5_000 * MS, "an INIT", () -> seen);
    for (int i = 0; i < seconds * 1_000 && !lab.a.status(lab.b).up(); i++) {
      for (int k = 0; k < perMilli; k++) {
        lab.a.receive(lab.b.address, lab.a.address, forged);
      }
      lab.sim.run(MS);
    }
    return lab;
  }

  /** Each cost an X25519: 100,000 in 5 s, before there was a limit. */
  @Test
  void theyCostAShareOfTime() {
    Lab lab = flooded(4_100, 20, false, 5);
    long tried = lab.a.shared.counters().drops().get(DropReason.NOISE);
    long dropped = lab.a.shared.counters().drops().get(DropReason.RESP_LIMITED);
    assertTrue(tried > 4_000 && tried < 6_100, tried + " tried"); // 250 us each, a quarter of 5 s
    assertTrue(dropped > 90_000, dropped + " dropped");
  }

  @Test
  void theTrueOneIsFoundAmongFiveTimesAsManyAsThereIsTimeFor() {
    int down = 0;
    for (int seed = 4_200; seed < 4_300; seed++) {
      Lab lab = flooded(seed, 5, true, 30);
      down += lab.a.status(lab.b).up() ? 0 : 1;
    }
    assertTrue(down <= 1, down + " of 100 were down after 30 s");
  }
}
