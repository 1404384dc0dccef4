// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * kill -9, clean stops, damaged caches.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *  ping    killed or stopped, started again
 * </pre>
 */
@Isolated("traffic within two seconds")
@Tag("once")
class RestartLabTest {
  private static final int TIMES = 5;

  /** Answered pings so far of a ping that writes to a file. */
  private static long answers(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.filter(l -> l.contains("bytes from")).count();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void trafficIsBackWithinTwoSecondsOfARestartFromEitherSide() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      Path pings = s.file("ping.out");
      s.lanA.start(pings, "ping", "-n", "-i", "0.05", "10.2.0.2");
      Lab.await(3_000, "first answers", () -> answers(pings) > 3);
      for (Gateway g : List.of(s.a, s.b)) {
        for (int i = 0; i < TIMES; i++) {
          g.kill();
          long before = answers(pings);
          long start = System.nanoTime();
          g.start();
          Lab.await(
              2_000, "traffic after kill -9 of " + g.host().name(), () -> answers(pings) > before);
          System.out.printf(
              "kill -9 of %s: traffic %d ms after the restart%n",
              g.host().name(), (System.nanoTime() - start) / 1_000_000);
          Lab.await(3_000, "steady", () -> answers(pings) > before + 10);
        }
      }
    }
  }

  @Test
  void aCleanStopIsShownByTheOtherSideAtOnce() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      s.b.stop();
      Lab.await(1_000, "closed", () -> s.a.show("gw-b").path("state").asText().equals("closed"));
      assertTrue(s.a.log().contains("closed by the peer"), s.a.log());
    }
  }

  @Test
  void aDamagedCacheIsSetAsideWithOneLine() throws IOException {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      Path cache = s.a.stateDirectory().resolve("peers.json");
      Lab.await(3_000, "cache written", () -> Files.exists(cache));
      s.a.stop();
      Files.writeString(cache, "{\"schema\":1,\"peers\":[{\"key\":\"nonsense\"");
      s.a.start();
      Lab.await(5_000, "up again", () -> s.a.up(s.b));
      assertEquals(1, s.a.log().lines().filter(l -> l.contains("damaged")).count(), s.a.log());
      assertTrue(Files.exists(cache.resolveSibling("peers.json.damaged")));
    }
  }
}
