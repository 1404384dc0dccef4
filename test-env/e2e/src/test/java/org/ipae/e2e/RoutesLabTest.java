// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.Pinged;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What others do to the routes of a gateway, and what it does with the networks it is in.
 *
 * <pre>
 * gw 192.0.2.1 - 192.0.2.2 far     gw also has the link "lan"
 * </pre>
 */
@Tag("once")
@Timeout(120)
class RoutesLabTest {
  private Lab lab;
  private Host host;
  private Gateway gw;
  private Gateway far;

  @BeforeEach
  void wire() {
    lab = new Lab();
    host = lab.host("gw");
    Host other = lab.host("far");
    lab.cable(host, "wan", other, "wan");
    lab.cable(host, "lan", other, "lan");
    host.address("wan", "192.0.2.1/24");
    other.address("wan", "192.0.2.2/24");
    gw = Gateway.on(lab, host).tun("addresses = [\"10.255.0.1/32\"]");
    far = Gateway.on(lab, other).tun("addresses = [\"10.255.0.2/32\"]");
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  private void start(String... routes) {
    gw.peer(far, "192.0.2.2", "", routes).start();
    far.peer(gw, "192.0.2.1", "", "10.255.0.1/32").start();
    List.of(gw, far).forEach(Gateway::ready);
  }

  private boolean routed(String prefix) {
    String family = prefix.contains(":") ? "-6" : "-4";
    return host.run("ip", family, "route", "show", "table", "1138", "exact", prefix)
        .out()
        .contains("dev tun0");
  }

  private String notSet(String prefix) {
    return gw.show().path("routes_not_set").path(prefix).asText();
  }

  @Test
  void aRouteThatIsReplacedIsToldAndComesBackWhenItsPlaceIsFree() {
    start("10.2.0.0/24", "10.3.0.0/24", "fd00:2::/64");
    for (String taken :
        List.of(
            "-4 route replace unreachable 10.2.0.0/24 table 1138",
            "-4 route replace blackhole 10.2.0.0/24 table 1138")) {
      host.must("sh", "-c", "ip " + taken);
      assertFalse(routed("10.2.0.0/24"));
      Lab.await(2_000, "told", () -> notSet("10.2.0.0/24").contains("is in the place"));
      String show = gw.ipae("show", "far").out();
      assertTrue(show.contains("route not set: 10.2.0.0/24: a route of protocol "), show);
      assertTrue(routed("10.3.0.0/24"));
      host.must("ip", "route", "del", "10.2.0.0/24", "table", "1138");
      Lab.await(2_000, "it is back after: " + taken, () -> routed("10.2.0.0/24"));
      Lab.await(2_000, "no word of it", () -> notSet("10.2.0.0/24").isEmpty());
    }
    host.must("sh", "-c", "ip route replace 10.2.0.0/24 via 192.0.2.2 proto static table 1138");
    Lab.await(2_000, "what leads around the tunnel is replaced", () -> routed("10.2.0.0/24"));
    long told = gw.log().lines().filter(l -> l.contains("10.2.0.0/24 not set")).count();
    assertTrue(told >= 2 && told <= 5, gw.log());
    host.must(
        "ip",
        "-6",
        "route",
        "replace",
        "unreachable",
        "fd00:2::/64",
        "metric",
        "1024",
        "table",
        "1138");
    Lab.await(2_000, "told", () -> !gw.show().path("routes_not_set").isEmpty());
    host.must(
        "ip",
        "-6",
        "route",
        "del",
        "unreachable",
        "fd00:2::/64",
        "metric",
        "1024",
        "table",
        "1138");
    Lab.await(2_000, "it is back", () -> routed("fd00:2::/64"));
  }

  @Test
  void aSecondDaemonDoesNotStealARoute() {
    start("10.2.0.0/24");
    Gateway second = Gateway.on(lab, host, "second").top("listen = [\"0.0.0.0:2000\"]");
    second.tun("name = \"tun9\"");
    second.peer(far, "192.0.2.2", "", "10.2.0.0/24", "10.9.0.0/24").start().ready();
    assertTrue(routed("10.2.0.0/24"), "still the first one's");
    Lab.await(
        2_000,
        "told",
        () ->
            second
                .show()
                .path("routes_not_set")
                .path("10.2.0.0/24")
                .asText()
                .contains("another ipae"));
    second.stop();
    assertTrue(routed("10.2.0.0/24"), "still there");
  }

  /** At the boot links and addresses often come after the daemon. */
  @Test
  void aNetworkOfThisHostIsNeverTakenHoweverLateItsAddressComes() {
    start("192.168.1.0/24", "192.168.1.128/25", "192.168.0.0/16", "10.3.0.0/24");
    assertTrue(routed("192.168.1.0/24"));
    host.address("lan", "192.168.1.1/24");
    Lab.await(2_000, "it is withdrawn", () -> !routed("192.168.1.0/24"));
    assertFalse(routed("192.168.1.128/25"));
    assertTrue(routed("192.168.0.0/16") && routed("10.3.0.0/24"), "larger and other ones stay");
    assertTrue(host.must("ip", "route", "get", "192.168.1.77").contains("dev lan"));
    Lab.await(2_000, "told", () -> notSet("192.168.1.0/24").contains("this host is in"));
    assertTrue(gw.log().contains("192.168.1.0/24 not set: this host is in 192.168.1.0/24 itself"));
    String check = gw.ipae("check").out();
    assertTrue(check.contains("route 192.168.1.128/25 of peer far is not set"), check);

    host.must("ip", "link", "set", "lan", "down");
    host.must("ip", "link", "set", "lan", "up");
    assertFalse(routed("192.168.1.0/24"));
    Lab.await(2_000, "the LAN", () -> host.must("ip", "route").contains("192.168.1.0/24 dev lan"));

    host.must("ip", "addr", "del", "192.168.1.1/24", "dev", "lan");
    Lab.await(2_000, "it comes back", () -> routed("192.168.1.0/24"));
    Lab.await(2_000, "both do", () -> routed("192.168.1.128/25"));
    Lab.await(2_000, "no word of it", () -> gw.show().path("routes_not_set").isEmpty());
  }

  /** A dump of all routes for each of them took 120 s, in which control answered nobody. */
  @Test
  void tenThousandRoutesAndAChangedPathDoNotStopControl() {
    int number = Integer.getInteger("ipae.routes", 10_000);
    List<String> routes = new ArrayList<>(List.of("10.255.0.2/32"));
    for (int i = 0; i < number; i++) {
      routes.add("10.%d.%d.0/24".formatted(i / 256, i % 256));
    }
    start(routes.toArray(String[]::new));
    Lab.await(20_000, "up", () -> gw.up(far));
    Lab.await(20_000, "its path is known", () -> mtuOfAll(number).size() == 1);
    CompletableFuture<Pinged> pings = CompletableFuture.supplyAsync(() -> gw.pings(far, 6, 0.02));
    Lab.await(5_000, "pings", () -> gw.show("far").path("sent_datagrams").asLong() > 50);
    host.must("ip", "link", "set", "wan", "mtu", "1400");
    long start = System.nanoTime();
    Lab.await(10_000, "all right", () -> mtuOfAll(number).equals(List.of("mtu 1344")));
    long millis = (System.nanoTime() - start) / 1_000_000;
    Pinged pinged = pings.join();
    System.out.printf("%d routes right %d ms after the change, %s%n", number, millis, pinged);
    assertEquals(0, pinged.lost());
    assertTrue(pinged.mostMicros() < 300_000, pinged::toString);
  }

  /** The different sizes of the routes, or of too few of them "missing". */
  private List<String> mtuOfAll(int number) {
    List<String> all =
        host.run("ip", "-4", "route", "show", "table", "1138", "dev", "tun0")
            .out()
            .lines()
            .toList();
    if (all.size() < number) {
      return List.of("missing");
    }
    return all.stream().map(l -> l.replaceFirst(".*(mtu \\d+).*|.*", "$1")).distinct().toList();
  }
}
