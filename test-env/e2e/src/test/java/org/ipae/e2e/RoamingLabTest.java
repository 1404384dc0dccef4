// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.lab.Lab;
import org.ipae.lab.Relay;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Addresses and ports that change under traffic.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *  ping    address changes    Relay: another source towards gw-b, or a replay from a third
 * </pre>
 */
@Isolated("traffic within a second")
@Tag("once")
class RoamingLabTest {

  private static long answers(Path file) {
    try {
      return Files.readAllLines(file).stream().filter(l -> l.contains("bytes from")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void trafficGoesOnWithinASecondWhenANatGivesAnotherAddressAndPort() {
    try (TwoSites s = new TwoSites()) {
      Relay.Handle relay = s.relayed();
      s.up();
      Path pings = s.file("ping.out");
      s.lanA.start(pings, "ping", "-n", "-i", "0.1", "10.2.0.2");
      Lab.await(3_000, "answers", () -> answers(pings) > 5);
      relay.command("rebind");
      Lab.await(
          3_000,
          "b follows",
          () -> s.b.show("gw-a").path("endpoint").asText().equals("198.51.100.253:40000"));
      long before = answers(pings);
      Lab.await(1_000, "answers over the new path", () -> answers(pings) > before + 3);
      assertEquals(0, longestGap(pings, 10), "pings without an answer for a second");
    }
  }

  @Test
  void trafficGoesOnWithinASecondWhenAGatewayGetsAnotherAddress() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      Path pings = s.file("ping.out");
      s.lanA.start(pings, "ping", "-n", "-i", "0.1", "10.2.0.2");
      Lab.await(3_000, "answers", () -> answers(pings) > 5);
      s.a.host().must("ip", "addr", "del", "192.0.2.1/24", "dev", "wan");
      s.a.host().must("ip", "addr", "add", "192.0.2.77/24", "dev", "wan");
      s.a.host().must("ip", "route", "add", "default", "via", "192.0.2.254");
      long before = answers(pings);
      Lab.await(1_000, "answers from the new address", () -> answers(pings) > before + 2);
      Lab.await(
          2_000,
          "b follows",
          () -> s.b.show("gw-a").path("endpoint").asText().equals("192.0.2.77:1138"));
    }
  }

  @Test
  void anAttackerWhoReplaysFromAnotherAddressMovesNothing() {
    try (TwoSites s = new TwoSites()) {
      Relay.Handle relay = s.relayed();
      s.up();
      assertEquals(20, s.lanA.pings("10.2.0.2", 20, 0.05));
      String before = s.b.show("gw-a").path("endpoint").asText();
      relay.command("replay");
      Lab.await(
          3_000, "replays counted", () -> s.b.show().path("drops").path("replayed").asLong() > 10);
      assertEquals(before, s.b.show("gw-a").path("endpoint").asText());
      assertEquals(10, s.lanA.pings("10.2.0.2", 10, 0.05));
      assertTrue(s.b.up(s.a));
    }
  }

  /** Runs of at least {@code most} pings without an answer. */
  private static long longestGap(Path file, int most) {
    try {
      long gaps = 0;
      int last = 0;
      for (String line : Files.readAllLines(file)) {
        java.util.regex.Matcher m =
            java.util.regex.Pattern.compile("icmp_seq=(\\d+)").matcher(line);
        if (line.contains("bytes from") && m.find()) {
          int seq = Integer.parseInt(m.group(1));
          gaps += last > 0 && seq - last > most ? 1 : 0;
          last = seq;
        }
      }
      return gaps;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
