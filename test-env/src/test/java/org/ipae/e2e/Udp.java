package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.ipae.lab.Command;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;

/** Datagrams from LAN to LAN. */
final class Udp {

  private Udp() {}

  /** Sends datagrams for two seconds at a rate that every configuration carries. */
  static void exchange(TwoSites s, int perSecond, int bytes) {
    Process server = s.lanB.start(s.file("iperf3.out"), "iperf3", "-s", "-1", "-p", "7778");
    s.lanB.awaitListening(7778);
    Command.Result r =
        s.lanA.run(
            "timeout",
            "20",
            "iperf3",
            "-J",
            "-u",
            "-c",
            "10.2.0.2",
            "-p",
            "7778",
            "-t",
            "2",
            "-l",
            "" + bytes,
            "-b",
            "" + 8L * perSecond * bytes);
    assertEquals(0, r.exit(), r.err() + r.out());
    try {
      JsonNode sum = new ObjectMapper().readTree(r.out()).path("end").path("sum");
      assertTrue(sum.path("packets").asLong() > perSecond, sum.toString());
      assertTrue(sum.path("lost_percent").asDouble() < 1, sum.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Lab.await(5_000, "server ends", () -> !server.isAlive());
  }
}
