// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.lab.Capture;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two spokes that reach each other through a hub only.
 *
 * <pre>
 * a 192.0.2.2 - 192.0.2.1 hub 198.51.100.1 - 198.51.100.3 b      inside: 10.255.0.0/24
 * </pre>
 */
@Tag("once")
@Timeout(120)
class HubLabTest {
  private static final List<String> NETWORK = List.of("10.255.0.0/24");

  private Lab lab;
  private Host a;
  private Gateway hub;

  @BeforeEach
  void wire() {
    lab = new Lab();
    Host h = lab.host("hub");
    a = lab.host("a");
    Host b = lab.host("b");
    lab.cable(a, "wan", h, "to-a");
    lab.cable(b, "wan", h, "to-b");
    h.address("to-a", "192.0.2.1/24").address("to-b", "198.51.100.1/24");
    a.address("wan", "192.0.2.2/24");
    b.address("wan", "198.51.100.3/24");
    hub = Gateway.on(lab, h).tun("addresses = [\"10.255.0.1/24\"]");
    Gateway one = Gateway.on(lab, a).tun("addresses = [\"10.255.0.2/24\"]");
    Gateway other = Gateway.on(lab, b).tun("addresses = [\"10.255.0.3/24\"]");
    one.peer(hub, "192.0.2.1", "", NETWORK).start();
    other.peer(hub, "198.51.100.1", "", NETWORK).start();
    hub.peer(one, "", "", "10.255.0.2/32").peer(other, "", "", "10.255.0.3/32").start();
    List.of(hub, one, other).forEach(Gateway::ready);
    Lab.await(10_000, "both are up", () -> hub.up(one) && hub.up(other));
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  /** The hub's kernel believes that they could reach each other without it. */
  @Test
  void noSpokeIsToldToLeaveTheHubOut() {
    Capture seen = Capture.on(a, "tun0", lab.directory().resolve("tun0.pcap"), "icmp");
    assertEquals(20, a.pings("10.255.0.3", 20, 0.05));
    Lab.await(5_000, "a redirect is dropped", () -> hub.show().at("/drops/redirect").asLong() > 0);
    String told = seen.end().text("icmp[icmptype] == icmp-redirect");
    assertTrue(told.isBlank(), told);
    String check = hub.ipae("check").out();
    assertTrue(check.contains("net.ipv4.conf.all.send_redirects is on"), check);
    assertEquals("0", hub.host().must("sysctl", "-n", "net.ipv4.conf.tun0.send_redirects").strip());
  }
}
