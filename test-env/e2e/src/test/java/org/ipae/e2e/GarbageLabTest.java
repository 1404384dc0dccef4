// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What a flow leaves to the collector, counted where every collection stops all packet threads.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *  iperf3 -- -Xlog:gc ==== -Xlog:gc -- iperf3 -s
 * </pre>
 */
@Isolated("a flow at full speed")
class GarbageLabTest {
  private static final int MSS = 1_368;

  /** What fills the young generation of 2 MB: its eden. */
  private static final double EDEN = 1.7e6;

  private static Path log(TwoSites s, Gateway g) {
    Path log = s.file("gc-" + g.host().name());
    g.java("-Xlog:gc:file=" + log);
    return log;
  }

  private static long collections(Path log) throws Exception {
    return Files.readString(log).lines().filter(l -> l.contains("Pause Young")).count();
  }

  private static double flow(TwoSites s, int seconds) throws Exception {
    Command.Result r =
        s.lanA.run(
            "timeout", "30", "iperf3", "-J", "-c", "10.2.0.2", "-p", "7779", "-t", "" + seconds);
    assertEquals(0, r.exit(), r.err() + r.out());
    return new ObjectMapper().readTree(r.out()).at("/end/sum_received/bytes").asDouble();
  }

  @Test
  @Tag("once")
  void aPacketOfAFlowLeavesLessThanTheDescriptionsOfTwoRanges() throws Exception {
    try (TwoSites s = new TwoSites()) {
      Path logA = log(s, s.a);
      Path logB = log(s, s.b);
      s.direct().up();
      s.lanB.start(s.file("iperf3.out"), "iperf3", "-s", "-p", "7779");
      s.lanB.awaitListening(7779);
      flow(s, 6); // until the JIT compiler has seen it
      long a = collections(logA);
      long b = collections(logB);
      double packets = flow(s, 6) / MSS;
      double sealed = (collections(logA) - a) * EDEN / packets;
      double opened = (collections(logB) - b) * EDEN / packets;
      System.out.printf("garbage per packet: sender %.1f, receiver %.1f bytes%n", sealed, opened);
      assertTrue(sealed < 96 && opened < 96, sealed + ", " + opened);
    }
  }
}
