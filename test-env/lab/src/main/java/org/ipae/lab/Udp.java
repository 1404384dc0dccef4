// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Datagrams from LAN to LAN. */
public final class Udp {

  /** Of the sockets, in bytes: the default, which the kernel doubles for who asks for it. */
  private static final String BUFFER = "212992";

  /** After which a loss is no accident. */
  public static final int TRIES = 3;

  private Udp() {}

  /**
   * Sends datagrams for two seconds at a rate that every configuration carries; again if some were
   * lost, which may be the fault of whatever else this machine does.
   *
   * @throws LabFailure if one in a hundred is lost each time
   */
  public static void exchange(TwoSites s, int perSecond, int bytes) {
    List<JsonNode> lossy = new ArrayList<>();
    while (lossy.size() < TRIES) {
      JsonNode sum =
          iperf3(s, s.lanA, s.lanB, "10.2.0.2", 7778, 2, 8L * perSecond * bytes, bytes).path("sum");
      if (sum.path("packets").asLong() > perSecond && sum.path("lost_percent").asDouble() < 1) {
        return;
      }
      lossy.add(sum);
    }
    throw new LabFailure("lost, or not sent: " + lossy);
  }

  /** Datagrams of one flow of iperf3 and what it reports of its end. */
  public static JsonNode iperf3(
      TwoSites s, Host from, Host to, String address, int port, int seconds, long bits, int bytes) {
    Process server = to.start(s.file("iperf3.out"), "iperf3", "-s", "-1", "-p", "" + port);
    to.awaitListening(port);
    String out =
        from.must(
            "timeout",
            "20",
            "iperf3",
            "-J",
            "-u",
            "-c",
            address,
            "-p",
            "" + port,
            "-t",
            "" + seconds,
            "-l",
            "" + bytes,
            "-b",
            "" + bits,
            "-w",
            BUFFER);
    Lab.await(5_000, "server ends", () -> !server.isAlive());
    try {
      return new ObjectMapper().readTree(out).path("end");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
