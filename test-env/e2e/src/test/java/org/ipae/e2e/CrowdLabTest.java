// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.flood.Crowd;
import org.ipae.tunnel.config.Footprint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A gateway with 10,000 peers, many of them live with all of their lanes in use, in its default
 * heap.
 *
 * <pre>
 * crowd, a /56 == gw
 * </pre>
 */
@Isolated("measures memory")
class CrowdLabTest {
  /** 1,000 in the soak, and some in each run. */
  private static final int LIVE = Integer.getInteger("ipae.crowd", 200);

  private static final int CONFIGURED = 10_000;
  private static final int LANES = 4;
  private static final String INNER = "10.255.0.2";

  /** The sizing rule holds, also while all change keys at the same time. */
  @Test
  @Tag("once")
  void livePeersFitIntoTheHeapAsTheSizingRuleSays() throws Exception {
    try (Lab lab = new Lab()) {
      Gateway g = Crowd.gateway(lab, LANES, INNER, LIVE).idlePeers(CONFIGURED - LIVE, 128);
      g.start().ready();
      long pid = g.show().path("pid").asLong();
      Footprint f = new Footprint(CONFIGURED, LANES);
      fits("configured", pid, f.bytes(0));
      Crowd crowd = Crowd.of(lab, g, INNER, LIVE, LANES).called();
      assertEquals(LIVE, up(g));
      fits("live", pid, (f.bytes(0) + f.bytes(LIVE)) / 2);
      crowd.again();
      assertEquals(LIVE, up(g));
      fits("with new keys", pid, f.bytes(LIVE));
      if (LIVE >= 1_000) {
        TimeUnit.SECONDS.sleep(35); // then the sessions of before are over
        assertEquals(LIVE, up(g));
        fits("later", pid, (f.bytes(0) + f.bytes(LIVE)) / 2);
      }
      assertFalse(g.log().contains("no answer"), g.log());
      warns(g, f.shortage(g.show().path("heap_bytes").asLong()));
    }
  }

  private static void fits(String when, long pid, long most) throws Exception {
    long heap = HostileLabTest.heapUsedAfterCollection(pid) * 1_024;
    System.out.printf("crowd: %s: heap %,d bytes, of %,d%n", when, heap, most);
    assertTrue(heap <= most, when + ": " + heap + " bytes, more than " + most);
    assertTrue(heap > most / 2, when + ": " + heap + " bytes, less than half of " + most);
  }

  private static int up(Gateway g) {
    int up = 0;
    for (JsonNode p : g.show().path("peers")) {
      up += p.path("up").asBoolean() ? 1 : 0;
    }
    return up;
  }

  /** That 10,000 do not fit all at a time is said by start, check and reload. */
  private static void warns(Gateway g, String shortage) {
    assertTrue(g.log().contains("WARNING " + shortage), g.log());
    Command.Result check = g.ipae("check");
    assertTrue(check.out().contains("warning: " + shortage), check.out());
    assertEquals("warning: " + shortage + "\n", g.ipae("reload", "--dry-run").out());
  }

  /** A heap other than the one that was cached starts from the cache, and nonsense is refused. */
  @Test
  @Tag("once")
  void theHeapIsWhatTheEnvironmentSays() {
    try (Lab lab = new Lab()) {
      Gateway g = Gateway.on(lab, lab.host("gw")).environment("IPAE_HEAP=256m");
      g.start().ready();
      assertEquals(256, Math.round(g.show().path("heap_bytes").asLong() / 1_048_576.0));
      g.stop();
      g.environment("IPAE_HEAP=lots").start();
      Lab.await(5_000, "an end", () -> !g.process().isAlive());
      assertEquals(
          "ipae: IPAE_HEAP=lots is not a size from 64m to 64g, such as 256m; correct or unset it",
          g.log().strip());
      assertEquals(1, g.process().exitValue());
    }
  }
}
