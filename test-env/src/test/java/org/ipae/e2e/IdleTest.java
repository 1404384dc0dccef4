package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.lab.Gateway;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Test;

/** A gateway without traffic. */
class IdleTest {
  private static final int SECONDS = 5;

  /** After a flow the JIT compiler is busy for a while: the least of so many windows. */
  private static final int WINDOWS = 4;

  /** CPU time of all threads, nanoseconds. */
  private static long used(Gateway g) throws Exception {
    long sum = 0;
    try (var threads = Files.newDirectoryStream(Path.of("/proc/" + g.process().pid() + "/task"))) {
      for (Path t : threads) {
        sum += Long.parseLong(Files.readString(t.resolve("schedstat")).split(" ")[0]);
      }
    }
    return sum;
  }

  @Test
  void usesLessThanHalfAPercentOfACore() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      Tcp.copy(s, 20_000_000, 30);
      double least = 1;
      for (int i = 0; i < WINDOWS && least >= 0.005; i++) {
        long before = used(s.a);
        Thread.sleep(SECONDS * 1_000L);
        least = Math.min(least, (used(s.a) - before) / (SECONDS * 1e9));
      }
      System.out.printf("idle: %.2f %% of a core%n", 100 * least);
      assertTrue(least < 0.005, "share of a core: " + least);
    }
  }
}
