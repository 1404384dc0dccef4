// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.lab.Gaps;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A branch with two uplinks; the provider of each drops what has the address of the other.
 *
 * <pre>
 *        198.51.100.2 - .1 one --+
 * branch                         +-- hub 203.0.113.2
 *        192.0.2.2    - .1 two --+
 * </pre>
 */
@Tag("once")
@Timeout(120)
class UplinkLabTest {
  private Lab lab;
  private Host branch;
  private Gateway a;
  private Gateway hub;
  private int gaps;

  @BeforeEach
  void wire() {
    lab = new Lab();
    branch = lab.host("branch");
    Host net = lab.host("net");
    provider("one", net, "198.51.100.%d/24", "10.0.1.%d/30");
    provider("two", net, "192.0.2.%d/24", "10.0.2.%d/30");
    Host h = lab.host("hub");
    lab.cable(h, "wan", net, "to-hub");
    h.address("wan", "203.0.113.2/24").route("default", "203.0.113.1");
    net.address("to-hub", "203.0.113.1/24");
    net.route("198.51.100.0/24", "10.0.1.1").route("192.0.2.0/24", "10.0.2.1");
    defaultBy("one", 100);
    defaultBy("two", 200);
    a = Gateway.on(lab, branch).tun("addresses = [\"10.255.0.2/32\"]");
    hub = Gateway.on(lab, h).tun("addresses = [\"10.255.0.1/32\"]");
    a.peer(hub, "203.0.113.2", "", "10.255.0.1/32");
    hub.peer(a, "", "", "10.255.0.2/32");
  }

  private void provider(String name, Host net, String outside, String inside) {
    Host p = lab.host(name);
    lab.cable(branch, name, p, "in");
    lab.cable(p, "out", net, name);
    branch.address(name, outside.formatted(2));
    p.address("in", outside.formatted(1)).address("out", inside.formatted(1));
    net.address(name, inside.formatted(2));
    p.route("203.0.113.0/24", inside.formatted(2).replace("/30", ""));
    String own = outside.formatted(0);
    p.must(
        "nft",
        "table ip f { chain c { type filter hook prerouting priority 0; iifname in ip saddr != "
            + own
            + " drop; }; }");
  }

  private String gateway(String name) {
    return name.equals("one") ? "198.51.100.1" : "192.0.2.1";
  }

  private void defaultBy(String name, int metric) {
    branch.must("ip", "route", "add", "default", "via", gateway(name), "metric", "" + metric);
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  private double gap(Runnable event) throws InterruptedException {
    Gaps pings = Gaps.of(branch, "10.255.0.1", lab.directory().resolve("gap." + gaps++));
    Thread.sleep(1_000);
    event.run();
    Thread.sleep(4_000);
    return pings.longest();
  }

  private String seen() {
    return hub.show("branch").path("endpoint").asText();
  }

  @Test
  void theUplinkThatTheKernelWouldChooseIsTaken() throws Exception {
    hub.start().ready();
    a.start().ready();
    Lab.await(10_000, "traffic", () -> branch.pings("10.255.0.1", 1, 1) == 1);
    assertEquals("198.51.100.2:1138", seen());

    double down = gap(() -> branch.must("ip", "link", "set", "one", "down"));
    assertEquals("192.0.2.2:1138", seen());
    double back =
        gap(() -> {
          branch.must("ip", "link", "set", "one", "up");
          defaultBy("one", 100);
        });
    assertEquals("198.51.100.2:1138", seen());
    double preferred = gap(() -> defaultBy("two", 50));
    assertEquals("192.0.2.2:1138", seen());
    double other =
        gap(() -> branch.must("ip", "route", "add", "198.18.0.0/15", "via", gateway("one")));
    assertEquals("192.0.2.2:1138", seen(), "a route elsewhere moves nothing");
    System.out.printf(
        "longest gap of a ping each 10 ms: uplink down %.2f s, back %.2f s, preferred %.2f s,"
            + " other route %.2f s%n",
        down, back, preferred, other);
    assertTrue(down <= 2 && back <= 1 && preferred <= 1 && other <= 1);
  }
}
