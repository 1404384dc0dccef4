// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A gateway with thousands of peers, none of which calls.
 *
 * <pre>
 * gw    3,000 peers, no cable
 * </pre>
 */
@Isolated("measures CPU time")
class ManyPeersLabTest {
  private static final int PEERS = 3_000;

  private static long routes(Gateway g) {
    return g.host()
        .run("ip", "route", "show", "table", "1138", "dev", "tun0")
        .out()
        .lines()
        .count();
  }

  /** CPU time of the thread that sets routes, milliseconds. */
  private static long control(Gateway g) throws IOException {
    long nanos = g.cpuNanos("ipae-control");
    assertTrue(nanos > 0, "no control thread");
    return nanos / 1_000_000;
  }

  /** The same, once it does next to nothing for half a second. */
  private static long settled(Gateway g) throws Exception {
    long used;
    long before = control(g);
    do {
      used = before;
      Thread.sleep(500);
      before = control(g);
    } while (before - used > 10);
    return before;
  }

  @Test
  @Tag("once")
  void theirRoutesAreSetAndComeBackWithWorkThatGrowsWithTheirNumberAlone() throws Exception {
    try (Lab lab = new Lab()) {
      Gateway g = Gateway.on(lab, lab.host("gw")).idlePeers(PEERS, 0).start();
      Lab.await(10_000, "ready", () -> g.log().contains("ready: "));
      Lab.await(5_000, "all routes", () -> routes(g) == PEERS);
      long start = settled(g);
      g.host().must("ip", "route", "flush", "table", "1138", "dev", "tun0");
      Lab.await(10_000, "all routes again", () -> routes(g) == PEERS);
      long repair = settled(g) - start;
      System.out.printf(
          "%,d routes: set in %d ms, repaired in %d ms of CPU%n", PEERS, start, repair);
      assertTrue(start < 1_000 && repair < 1_000, start + " and " + repair + " ms of CPU");
      assertFalse(g.log().contains("not set"), g.log());
    }
  }
}
