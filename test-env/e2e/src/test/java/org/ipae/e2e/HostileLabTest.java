// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipae.lab.Command;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Test;

/**
 * A flood of random and mutated datagrams against a running daemon.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *                Fuzzer --> UDP 1138 of gw-b
 * </pre>
 */
class HostileLabTest {

  static long heapUsedAfterCollection(long pid) {
    String jcmd =
        Path.of(ProcessHandle.current().info().command().orElseThrow())
            .resolveSibling("jcmd")
            .toString();
    Command.must(jcmd, "" + pid, "GC.run");
    String out = Command.must(jcmd, "" + pid, "GC.heap_info");
    long sum = 0;
    Matcher m = Pattern.compile("(?:DefNew|Tenured).*used (\\d+)K").matcher(out);
    while (m.find()) {
      sum += Long.parseLong(m.group(1));
    }
    assertTrue(sum > 0, out);
    return sum;
  }

  @Test
  void randomAndMutatedDatagramsLeaveTheDaemonAliveItsHeapFlatAndTheTunnelUp()
      throws IOException, InterruptedException {
    int cases = Integer.getInteger("ipae.cases", 100_000);
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      assertEquals(5, s.lanA.pings("10.2.0.2", 5, 0.05));
      long pid = s.b.show().path("pid").asLong();
      fuzz(s, 10_000, 1);
      long before = heapUsedAfterCollection(pid);
      fuzz(s, cases, 2);
      long after = heapUsedAfterCollection(pid);
      System.out.printf(
          "%,d hostile datagrams: heap %d KiB before, %d KiB after%n", cases, before, after);
      assertTrue(s.b.process().isAlive());
      assertTrue(after < before + 4_096, "heap grew from " + before + " to " + after + " KiB");
      assertEquals(10, s.lanA.pings("10.2.0.2", 10, 0.05));
      assertTrue(s.b.up(s.a) && s.a.up(s.b));
      assertFalse(s.b.log().contains("Exception"), s.b.log());
      assertTrue(s.b.log().lines().count() < 20, s.b.log());
      assertTrue(s.b.show().path("drops").path("malformed").asLong() > 1_000, "counted");
    }
  }

  private static void fuzz(TwoSites s, int count, int seed)
      throws IOException, InterruptedException {
    Path out = s.file("fuzz.out");
    Process p =
        s.mid.start(
            out,
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Fuzzer.class.getName(),
            "198.51.100.1",
            "1138",
            s.b.publicKey(),
            "" + count,
            "" + seed);
    assertTrue(p.waitFor(600, TimeUnit.SECONDS), "the fuzzer ends");
    assertEquals(0, p.exitValue(), Files.readString(out));
  }
}
