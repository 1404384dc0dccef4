package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.ipae.crypto.PublicKey;
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

  private static Gateway gateway(Lab lab) {
    Gateway g = Gateway.on(lab, lab.host("gw"));
    Random random = new Random(7);
    for (int i = 0; i < PEERS; i++) {
      byte[] key = new byte[PublicKey.SIZE];
      random.nextBytes(key);
      key[PublicKey.SIZE - 1] &= 0x7f;
      String route = "10.%d.%d.0/24".formatted(i / 256, i % 256);
      g.peer("p" + i, PublicKey.of(key).toString(), "", "", List.of(route));
    }
    return g;
  }

  private static long routes(Gateway g) {
    return g.host().must("ip", "route", "show", "dev", "tun0").lines().count();
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
      Gateway g = gateway(lab).start();
      Lab.await(10_000, "ready", () -> g.log().contains("ready: "));
      Lab.await(5_000, "all routes", () -> routes(g) == PEERS);
      long start = settled(g);
      g.host().must("ip", "route", "flush", "dev", "tun0");
      Lab.await(10_000, "all routes again", () -> routes(g) == PEERS);
      long repair = settled(g) - start;
      System.out.printf(
          "%,d routes: set in %d ms, repaired in %d ms of CPU%n", PEERS, start, repair);
      assertTrue(start < 1_000 && repair < 1_000, start + " and " + repair + " ms of CPU");
      assertFalse(g.log().contains("not set"), g.log());
    }
  }
}
