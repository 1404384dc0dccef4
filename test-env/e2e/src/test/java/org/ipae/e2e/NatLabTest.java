// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A branch behind a router whose kernel translates or filters; the hub has no endpoint of it.
 *
 * <pre>
 * lan-a -- gw-a == mid (nft: masquerade, or answers only) == gw-b -- lan-b
 * </pre>
 */
@Tag("once")
class NatLabTest {
  private TwoSites s;

  @BeforeEach
  void wire() {
    s = new TwoSites();
    s.a.peer(s.b, "198.51.100.1", "", TwoSites.LAN_B);
    s.b.peer(s.a, "", "", TwoSites.LAN_A);
  }

  @AfterEach
  void unwire() {
    s.close();
  }

  private String seen() {
    return s.b.show("gw-a").path("endpoint").asText();
  }

  private void reaches(int within, String what) {
    Lab.await(within, what, () -> s.lanA.pings("10.2.0.2", 1, 0.1) == 1);
  }

  @Test
  void anEntryOfTheNatThatLeadsNowhereIsLeftForAnotherPort() {
    s.mid.must(
        "nft",
        "table ip n { chain p { type nat hook postrouting priority 100;"
            + " oifname side-b udp dport 1138 snat to 198.51.100.253; }; }");
    s.up();
    reaches(5_000, "ping");
    assertEquals("198.51.100.253:1138", seen());
    // The router has got another address. Its kernel goes on translating what it knows to the old
    // one, as long as packets come, and the provider drops those.
    s.mid.must("nft", "flush chain ip n p");
    s.mid.must("nft", "add rule ip n p oifname side-b udp dport 1138 snat to 198.51.100.254");
    s.b
        .host()
        .must(
            "nft",
            "table inet f { chain i { type filter hook input priority 0;"
                + " ip saddr 198.51.100.253 drop; }; }");
    long since = System.nanoTime();
    reaches(30_000, "ping over another port");
    System.out.printf("a stale NAT entry: back after %.1f s%n", (System.nanoTime() - since) / 1e9);
    String by = seen();
    assertTrue(by.startsWith("198.51.100.254:") && !by.endsWith(":1138"), by);
  }

  @Test
  void theHubReachesAnIdleBranchBehindAFirewallThatLetsInAnswersOnly() throws Exception {
    s.mid.must("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=28");
    s.mid.must("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout_stream=28");
    s.mid.must(
        "nft",
        "table inet f { chain f { type filter hook forward priority 0;"
            + " iifname side-b ct state established accept;"
            + " iifname side-b drop; }; }");
    s.up();
    reaches(5_000, "ping");
    String before = seen();
    Thread.sleep(45_000); // the firewall would have forgotten the flow
    assertEquals(2, s.lanB.pings("10.1.0.2", 2, 0.2), "from the hub, at once");
    assertEquals(before, seen());
  }
}
