// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.ipae.lab.Gaps;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.Numbers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * One network behind two gateways.
 *
 * <pre>
 *          198.51.100.2 b1 10.2.0.1 --+
 * a ==+==                             +-- server 10.2.0.10
 *          203.0.113.2  b2 10.2.0.2 --+
 * </pre>
 */
@Isolated("measures gaps")
@Tag("once")
@Timeout(180)
class TwoGatewaysLabTest {
  private Lab lab;
  private Gateway a;
  private Gateway b1;
  private Gateway b2;
  private Host server;

  @BeforeEach
  void wire() {
    lab = new Lab();
    Host near = lab.host("a");
    server = lab.host("server");
    server.must("ip", "link", "add", "lan", "type", "bridge");
    server.must("ip", "link", "set", "lan", "up");
    server.address("lan", "10.2.0.10/24");
    a = Gateway.on(lab, near).tun("addresses = [\"10.255.0.1/32\"]");
    b1 = gateway(near, "b1", "198.51.100.%d/24", "10.2.0.1");
    b2 = gateway(near, "b2", "203.0.113.%d/24", "10.2.0.2");
    server.route("10.255.0.1/32", "10.2.0.2"); // whichever gateway the packets come by
  }

  private Gateway gateway(Host near, String name, String net, String inside) {
    Host h = lab.host(name);
    lab.cable(near, "to-" + name, h, "wan");
    lab.cable(h, "lan", server, "from-" + name);
    server.must("ip", "link", "set", "from-" + name, "master", "lan");
    near.address("to-" + name, net.formatted(1));
    h.address("wan", net.formatted(2)).address("lan", inside + "/24");
    return Gateway.on(lab, h);
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  private void start(int first, int second) {
    a.peer(b1, "198.51.100.2", "priority = " + first, "10.2.0.0/24");
    a.peer(b2, "203.0.113.2", "priority = " + second, "10.2.0.0/24").start();
    for (Gateway b : List.of(b1, b2)) {
      b.peer(a, "", "", "10.255.0.1/32").start().ready();
    }
    Lab.await(15_000, "both are up", () -> a.up(b1) && a.up(b2));
  }

  private long carried(Gateway b) {
    return a.show(b.host().name()).path("sent_packets").asLong();
  }

  /** Pings every 10 ms while something happens; the longest time without an answer, seconds. */
  private double gap(Runnable what, int millis) throws InterruptedException {
    Gaps pings = Gaps.of(a.host(), "10.2.0.10", file("ping." + System.nanoTime()));
    Thread.sleep(1_000);
    what.run();
    Thread.sleep(millis);
    return pings.longest();
  }

  private Path file(String name) {
    return lab.directory().resolve(name);
  }

  @Test
  void theOtherGatewayTakesOverAndTheFirstComesBackUnderATcpConnection() throws Exception {
    start(1, 2);
    Lab.await(5_000, "traffic", () -> a.host().pings("10.2.0.10", 1, 1) == 1);
    long before = carried(b2);
    a.host().pings("10.2.0.10", 5, 0.1);
    assertEquals(before, carried(b2));

    Numbers numbers = Numbers.of(a.host(), server, "10.2.0.10", lab.directory());
    double crash = gap(b1::kill, 4_000);
    assertTrue(crash <= 3, "after a crash: " + crash + " s");
    JsonNode show = a.show("b1");
    assertEquals("b2", show.path("routes_elsewhere").path("10.2.0.0/24").path(0).asText());
    assertTrue(a.ipae("show", "b1").out().contains("10.2.0.0/24 (by b2 now)"));
    assertTrue(a.log().contains("10.2.0.0/24: by b2 now"), a.log());

    b1.start().ready();
    Lab.await(40_000, "b1 is up", () -> a.up(b1));
    double back = gap(() -> {}, 12_000);
    assertTrue(a.log().contains("10.2.0.0/24: by b1 now"), a.log());
    assertTrue(back < 0.3, "on the way back: " + back + " s");

    double stop = gap(b1::stop, 2_000);
    numbers.end(501);
    assertTrue(stop < 1, "after a stop: " + stop + " s");
    System.out.printf(
        "longest gap of a ping each 10 ms: crash %.2f s, way back %.2f s, stop %.2f s%n",
        crash, back, stop);
  }

  @Test
  void equalPrioritiesShareTheFlows() {
    start(1, 1);
    Lab.await(15_000, "both carry it", () -> a.log().contains("10.2.0.0/24: by b1, b2 now"));
    server.start(lab.directory().resolve("server"), "socat", "TCP-LISTEN:7,fork,reuseaddr", "PIPE");
    server.awaitListening(7);
    long one = carried(b1);
    long two = carried(b2);
    for (int i = 0; i < 40; i++) {
      a.host().must("bash", "-c", "exec 3<>/dev/tcp/10.2.0.10/7; echo x >&3; head -1 <&3");
    }
    one = carried(b1) - one;
    two = carried(b2) - two;
    assertTrue(one > 20 && two > 20, one + " by one, " + two + " by the other");
  }
}
