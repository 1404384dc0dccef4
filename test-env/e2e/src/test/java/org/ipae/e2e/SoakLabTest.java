// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Long flows.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *  iperf3    rekey = 3     rekey = 3  iperf3 -s
 * </pre>
 */
class SoakLabTest {

  /** Ten minutes in soak, half a minute in check. */
  @Test
  @Tag("long")
  void aTcpConnectionOutlivesARekeyEveryThreeSeconds() throws Exception {
    int seconds = Integer.getInteger("ipae.flow.seconds", 30);
    try (TwoSites s = new TwoSites()) {
      s.a.top("rekey = 3");
      s.b.top("rekey = 3");
      s.direct().up();
      s.lanB.start(s.file("iperf-server"), "iperf3", "-s");
      s.lanB.awaitListening(5201);
      Path out = s.file("iperf.json");
      Process flow =
          s.lanA.start(out, "iperf3", "-c", "10.2.0.2", "-t", "" + seconds, "-b", "200M", "-J");
      assertTrue(flow.waitFor(seconds + 30, TimeUnit.SECONDS), "iperf3 ends");
      assertEquals(0, flow.exitValue(), Files.readString(out));
      var end = new com.fasterxml.jackson.databind.ObjectMapper().readTree(out.toFile());
      double rate = end.path("end").path("sum_received").path("bits_per_second").asDouble();
      long sessions = s.a.show("gw-b").path("sessions").asLong();
      System.out.printf(
          "%d s of one TCP connection over %d sessions: %.0f Mbit/s%n",
          seconds, sessions, rate / 1e6);
      assertTrue(sessions >= seconds / 5, "sessions " + sessions);
      int stalled = 0;
      for (var i : end.path("intervals")) {
        stalled += i.path("sum").path("bytes").asLong() == 0 ? 1 : 0;
      }
      assertEquals(0, stalled, "seconds without a byte");
    }
  }
}
