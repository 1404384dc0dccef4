// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.lab.Host;
import org.ipae.lab.Tcp;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Congestion that a router between the gateways marks is told to the hosts behind (RFC 6040).
 *
 * <pre>
 * lan-a -- gw-a == side-a mid side-b == gw-b -- lan-b
 *  ECT(0) or none     nft: outer ECN becomes CE    nft counts CE
 * </pre>
 */
class EcnLabTest {
  private static final String ECT_0 = "2";

  private static void nft(Host host, String rules) {
    host.must("nft", rules);
  }

  private static long count(Host host, String counter) {
    String text = host.must("nft", "list", "counter", "inet", "marks", counter);
    return Long.parseLong(text.replaceAll("(?s).*packets (\\d+).*", "$1"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMarkOnTheOuterHeaderReachesTheHostBehind(boolean ipv6) {
    try (TwoSites s = new TwoSites()) {
      (ipv6 ? s.directIpv6() : s.direct()).up();
      String family = ipv6 ? "ip6" : "ip";
      nft(
          s.mid,
          "table inet marks { chain forward { type filter hook forward priority 0; iifname side-a "
              + family
              + " ecn != not-ect "
              + family
              + " ecn set ce; }; }");
      nft(
          s.lanB,
          "table inet marks { counter ce4 {}; counter ce6 {}; counter other {};"
              + " chain input { type filter hook input priority 0;"
              + " icmp type echo-request ip ecn ce counter name ce4 accept;"
              + " icmpv6 type echo-request ip6 ecn ce counter name ce6 accept;"
              + " icmp type echo-request counter name other; }; }");
      s.lanA.must("ping", "-c", "5", "-i", "0.05", "-W", "2", "-Q", ECT_0, "10.2.0.2");
      s.lanA.must("ping", "-c", "5", "-i", "0.05", "-W", "2", "-Q", ECT_0, "fd00:2::2");
      assertEquals(5, count(s.lanB, "ce4"));
      assertEquals(5, count(s.lanB, "ce6"));
      s.lanA.must("ping", "-c", "5", "-i", "0.05", "-W", "2", "10.2.0.2");
      assertEquals(5, count(s.lanB, "other"), "a packet without ECN is carried without ECN");
      for (Host h : new Host[] {s.lanA, s.lanB}) {
        h.must("sysctl", "-qw", "net.ipv4.tcp_ecn=1");
      }
      Tcp.copy(s, 2_000_000, 30);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ip", "ip6"})
  void aPacketThatCannotCarryTheMarkIsDroppedAndCounted(String family) {
    try (TwoSites s = new TwoSites()) {
      (family.equals("ip") ? s.direct() : s.directIpv6()).up();
      nft(
          s.mid,
          "table inet marks { chain forward { type filter hook forward priority 0; iifname side-a "
              + family
              + " ecn set ce; }; }");
      assertEquals(0, s.lanA.pings("10.2.0.2", 3, 0.1));
      assertTrue(s.b.show().path("drops").path("congestion").asLong() >= 3, s.b.show()::toString);
    }
  }
}
