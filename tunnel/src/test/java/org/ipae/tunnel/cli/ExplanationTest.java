// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.control.FakeDaemon;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.host.Egress;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final Egress TUNNEL = new Egress("tun0", null, "10.255.0.1", false, "1138", null);
  private static final Egress UPLINK =
      new Egress("eth0", "192.0.2.254", "192.0.2.1", false, "main", null);
  private static final Egress NONE =
      new Egress(null, null, null, false, "", "this host has no route to it");

  private static Explanation of(String to, NodeStatus node, Egress route, Egress own)
      throws IOException {
    return Explanation.of(Address.parse(to).written(), "tun0", node, route, _ -> own);
  }

  private static void refuses(String why, String to, NodeStatus node, Egress route, Egress own)
      throws IOException {
    Explanation e = of(to, node, route, own);
    assertFalse(e.leaves());
    assertEquals(why, e.reason());
  }

  @Test
  void aPacketThatLeavesIsTracedThroughBothNetworks() throws Exception {
    Explanation e = of("10.2.0.9", FakeDaemon.example(), TUNNEL, UPLINK);
    assertTrue(e.leaves());
    assertEquals(
        """
        to 10.2.0.9
          route: tun0, table 1138, source 10.255.0.1
          peer: gw-b.example.net, by 10.2.0.0/24
          state: up
          datagrams: to 203.0.113.7:1138, eth0 via 192.0.2.254, table main, source 192.0.2.1
          path MTU: 1500
        it would leave encrypted, to gw-b.example.net\
        """,
        e.text());
    assertEquals("tun0", e.json().path("route").path("interface").asText());
    assertEquals("10.2.0.0/24", e.json().path("prefix").asText());
    assertTrue(e.json().path("leaves").asBoolean());
  }

  @Test
  void eachHindranceIsNamed() throws Exception {
    NodeStatus node = FakeDaemon.example();
    refuses(
        "it would leave in the clear, by eth0: no peer has a route for it",
        "203.0.113.80",
        node,
        UPLINK,
        UPLINK);
    refuses(
        "it would leave in the clear, by eth0: that route comes before 10.2.0.0/24 of"
            + " gw-b.example.net",
        "10.2.0.9",
        node,
        UPLINK,
        UPLINK);
    refuses("it would not leave: ipae is not running", "10.2.0.9", null, TUNNEL, UPLINK);
    refuses(
        "it would not leave: this host has no route to it, and ipae is not running",
        "10.2.0.9",
        null,
        NONE,
        UPLINK);
    refuses(
        "it would not leave: on the way to 203.0.113.7:1138 this host has no route to it",
        "10.2.0.9",
        node,
        TUNNEL,
        NONE);
    refuses(
        "it would not leave: the way to 203.0.113.7:1138 leads into the tunnel; see table and ports"
            + " in ipae.toml(5)",
        "10.2.0.9",
        node,
        TUNNEL,
        TUNNEL);
    refuses(
        "it would not leave: no peer has a route for it (no_route)",
        "10.9.9.9",
        node,
        TUNNEL,
        NONE);
    refuses(
        "it would not leave: the address is this host's own",
        "192.0.2.1",
        node,
        new Egress("lo", null, "192.0.2.1", true, "255", null),
        NONE);
  }
}
