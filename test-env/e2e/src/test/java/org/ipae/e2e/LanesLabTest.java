// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.ipae.lab.Capture;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.ipae.lab.Udp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gateways with several lanes, and with different numbers of them.
 *
 * <pre>
 * lan-a -- gw-a == side-a mid side-b == gw-b -- lan-b
 *        lanes = a   tcpdump: source ports     lanes = b
 * </pre>
 */
@Isolated("counts what a flow loses")
class LanesLabTest {
  private static final int FLOWS = 4;
  private static final Pattern SOURCE = Pattern.compile("IP 192\\.0\\.2\\.1\\.(\\d+) > ");

  @ParameterizedTest
  @CsvSource({"1, 4", "4, 2"})
  void everyLaneOfTheFewerCarriesBothWays(int a, int b) throws Exception {
    try (TwoSites s = new TwoSites()) {
      up(s, a, b);
      copies(s, Math.min(a, b));
    }
  }

  @Test
  void twoLanesKeepTheOrderOfAFlowAndComeBackAfterARestart() throws Exception {
    try (TwoSites s = new TwoSites()) {
      up(s, 2, 2);
      copies(s, 2);
      inOrder(s, s.lanA, s.lanB, "10.2.0.2");
      inOrder(s, s.lanB, s.lanA, "10.1.0.2");
      Path pings = s.file("ping.out");
      s.lanA.start(pings, "ping", "-n", "-i", "0.05", "10.2.0.2");
      for (Gateway g : List.of(s.a, s.b)) {
        Lab.await(3_000, "answers", () -> answers(pings) > 0);
        g.kill();
        long before = answers(pings);
        g.start();
        Lab.await(3_000, "traffic again", () -> answers(pings) > before);
      }
      Lab.await(
          5_000,
          "lanes on flows of their own again",
          () -> s.a.show("gw-b").path("lanes_apart").asInt() == 1);
    }
  }

  private static long answers(Path file) {
    return read(file).lines().filter(l -> l.contains("bytes from")).count();
  }

  private static void up(TwoSites s, int a, int b) {
    s.a.top("lanes = " + a);
    s.b.top("lanes = " + b);
    // Only a begins, so that a opens the lanes.
    s.a.peer(s.b, "198.51.100.1", "", TwoSites.LAN_B);
    s.b.peer(s.a, "", "", TwoSites.LAN_A);
    s.start();
    int lanes = Math.min(a, b);
    Lab.await(
        15_000,
        "lanes on flows of their own",
        () -> {
          JsonNode peer = s.a.show("gw-b");
          return peer.path("lanes").asInt() == lanes
              && peer.path("lanes_apart").asInt() == lanes - 1;
        });
    JsonNode atB = s.b.show();
    assertEquals(b, atB.path("lanes").asInt());
    assertEquals(lanes, atB.path("peers").path(0).path("lanes").asInt());
    assertEquals(lanes - 1, atB.path("peers").path(0).path("lanes_apart").asInt());
    assertTrue(s.a.ipae("show").out().contains("  lanes: " + lanes), "text says it");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** UDP ports that gw-a has sent from. */
  private static Set<Integer> sources(Capture wire) {
    Set<Integer> out = new TreeSet<>();
    for (MatchResult m : SOURCE.matcher(wire.text("-q")).results().toList()) {
      out.add(Integer.valueOf(m.group(1)));
    }
    return out;
  }

  /**
   * Files in both directions at once, several flows each; the wire shows as many flows as lanes.
   */
  private static void copies(TwoSites s, int lanes) throws IOException {
    Capture wire =
        Capture.on(s.mid, "side-a", s.file("wire.pcap"), "-s", "64", "src host 192.0.2.1 and udp");
    byte[] data = new byte[3_000_000];
    new Random(7).nextBytes(data);
    Path sent = s.file("sent");
    Files.write(sent, data);
    List<Process> servers = new ArrayList<>();
    List<Path> got = new ArrayList<>();
    for (Host to : List.of(s.lanA, s.lanB)) {
      for (int i = 0; i < FLOWS; i++) {
        Path file = s.file("got-" + to.name() + i);
        got.add(file);
        servers.add(
            to.start(
                s.file("socat.out"),
                "socat",
                "-u",
                "TCP4-LISTEN:" + (7_700 + i) + ",reuseaddr",
                "CREATE:" + file));
      }
    }
    for (Host to : List.of(s.lanA, s.lanB)) {
      Lab.await(
          5_000, "listening", () -> to.must("ss", "-Hltn", "sport >= :7700").lines().count() == 4);
    }
    for (Host from : List.of(s.lanA, s.lanB)) {
      String to = from == s.lanA ? "10.2.0.2" : "10.1.0.2";
      for (int i = 0; i < FLOWS; i++) {
        from.start(
            s.file("client.out"), "socat", "-u", "FILE:" + sent, "TCP4:" + to + ":" + (7_700 + i));
      }
    }
    for (Process p : servers) {
      Lab.await(20_000, "received", () -> !p.isAlive());
    }
    for (Path file : got) {
      assertArrayEquals(data, Files.readAllBytes(file));
    }
    Lab.await(
        3_000, lanes + " source ports: " + sources(wire), () -> sources(wire).size() == lanes);
    assertTrue(sources(wire).contains(1138), () -> sources(wire).toString());
    wire.end();
  }

  /** Numbered datagrams of one flow arrive in the order in which they were sent, and nearly all. */
  private static void inOrder(TwoSites s, Host from, Host to, String address) {
    double lost = 100;
    for (int i = 0; i < Udp.TRIES && lost >= 1; i++) {
      JsonNode udp =
          Udp.iperf3(s, from, to, address, 7790, 1, 24_000_000, 300)
              .path("streams")
              .path(0)
              .path("udp");
      assertTrue(udp.path("packets").asLong() > 5_000, udp.toString());
      assertEquals(0, udp.path("out_of_order").asLong(-1), udp.toString());
      lost = udp.path("lost_percent").asDouble();
    }
    assertTrue(lost < 1, lost + " % lost, and no less before");
  }
}
