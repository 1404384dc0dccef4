// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Link-local addresses alone; both peers of the hub have the same one, on different cables.
 *
 * <pre>
 * a fe80::b - wan1 fe80::a hub fe80::a wan2 - fe80::b b
 * </pre>
 */
@Tag("once")
@Timeout(120)
class LinkLocalLabTest {
  @Test
  void theSameAddressOnTwoLinksIsTwoPeers() {
    try (Lab lab = new Lab()) {
      Host hubHost = lab.host("hub");
      Gateway hub = Gateway.on(lab, hubHost).tun("addresses = [\"10.255.0.9/32\"]");
      Gateway a = Gateway.on(lab, lab.host("a")).tun("addresses = [\"10.255.0.1/32\"]");
      Gateway b = Gateway.on(lab, lab.host("b")).tun("addresses = [\"10.255.0.2/32\"]");
      lab.cable(a.host(), "wan", hubHost, "wan1");
      a.host().address("wan", "fe80::b/64");
      hubHost.address("wan1", "fe80::a/64");
      hub.peer(a, "", "", "10.255.0.1/32");
      hub.peer(b, "[fe80::b%wan2]:1138", "", "10.255.0.2/32").write();
      String check = hub.ipae("check").out();
      assertTrue(check.contains("is on an interface that this host does not have"), check);
      hub.start();
      a.peer(hub, "fe80::a%wan", "keepalive = 1", "10.255.0.9/32", "10.255.0.2/32").start();
      hub.ready();
      Lab.await(10_000, "a is up", () -> hubHost.pings("10.255.0.1", 1, 1) == 1);

      lab.cable(b.host(), "wan", hubHost, "wan2"); // later than the daemon
      b.host().address("wan", "fe80::b/64");
      hubHost.address("wan2", "fe80::a/64");
      b.peer(hub, "", "", "10.255.0.9/32", "10.255.0.1/32").start().ready();
      Lab.await(20_000, "b is up", () -> hubHost.pings("10.255.0.2", 1, 1) == 1);
      assertEquals(5, a.host().pings("10.255.0.2", 5, 0.1), "from one to the other");

      JsonNode seen = a.show("hub");
      assertTrue(
          seen.path("endpoint").asText().matches("\\[fe80:.*:a%\\d+]:1138"), seen.toString());
      String own = "[fe80:0:0:0:0:0:0:b]:1138";
      Lab.await(
          10_000, "observed", () -> a.show("hub").path("observed_address").asText().equals(own));
    }
  }
}
