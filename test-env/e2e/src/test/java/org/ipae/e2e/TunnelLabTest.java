// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipae.lab.Capture;
import org.ipae.lab.Lab;
import org.ipae.lab.Tcp;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The main job with two real daemons.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b    a router, a Relay, or a path of 1280
 *                 tcpdump
 * </pre>
 */
class TunnelLabTest {

  @Test
  void ipv4AndIpv6PassThroughAnIpv4PathAndAnIpv6Path() {
    for (boolean outerIpv6 : new boolean[] {false, true}) {
      try (TwoSites s = new TwoSites()) {
        (outerIpv6 ? s.directIpv6() : s.direct()).up();
        String link = s.a.host().must("ip", "link", "show", "tun0");
        assertTrue(link.contains("mtu 1420") && link.contains("qlen 2000"), link);
        assertEquals(5, s.lanA.pings("10.2.0.2", 5, 0.1));
        assertEquals(5, s.lanA.pings("fd00:2::2", 5, 0.1));
        assertEquals(5, s.lanB.pings("10.1.0.2", 5, 0.1));
        assertTrue(
            s.lanA.run("ping", "-c", "2", "-i", "0.1", "-s", "1392", "-M", "do", "10.2.0.2").exit()
                == 0,
            "a packet of the whole MTU passes");
      }
    }
  }

  @Test
  void onlyUdp1138IsOnTheWireAndNothingOfTheInside() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.direct();
      Capture capture = Capture.on(s.mid, "side-a", s.file("wire.pcap"));
      s.up();
      s.lanA.must("ping", "-c", "20", "-i", "0.02", "-p", "49504145", "10.2.0.2");
      Lab.await(3_000, "capture", () -> capture.size() > 4_000);
      String other =
          capture.text(
              // The first to start is told by the kernel that nobody listens yet.
              "not arp and not icmp6 and not (ip6[6] = 0) and not udp port 1138"
                  + " and not (icmp[icmptype] = icmp-unreach)");
      assertEquals("", other.strip());
      String wire = new String(Files.readAllBytes(capture.file()), "ISO-8859-1");
      assertFalse(wire.contains("IPAEIPAE"), "the pattern of the pings is not readable");
    }
  }

  @Test
  void tcpSurvivesLossDelayReorderingDuplicationAndCorruption() {
    try (TwoSites s = new TwoSites()) {
      s.relayed("loss=1", "delay=5", "jitter=3", "duplicate=1", "corrupt=1", "seed=7");
      s.up();
      Tcp.copy(s, 5_000_000, 60);
    }
  }

  @Test
  void everythingWorksOverAPathOf1280() {
    try (TwoSites s = new TwoSites()) {
      for (String link : new String[] {"side-a", "side-b"}) {
        s.mid.must("ip", "link", "set", "dev", link, "mtu", "1280");
      }
      s.a.host().must("ip", "link", "set", "wan", "mtu", "1280");
      s.b.host().must("ip", "link", "set", "wan", "mtu", "1280");
      s.a.peer(s.b, "2001:db8:b::1", "path_mtu = 1280", TwoSites.LAN_B);
      s.b.peer(s.a, "2001:db8:a::1", "path_mtu = 1280", TwoSites.LAN_A);
      s.up();
      assertEquals(0, s.lanA.run("ping", "-c", "3", "-i", "0.1", "-s", "1392", "10.2.0.2").exit());
      Tcp.copy(s, 3_000_000, 60);
    }
  }

  private static TwoSites defaultRouteThroughB(String table) {
    TwoSites s = new TwoSites();
    s.a.top("table = \"" + table + "\"");
    s.a.peer(s.b, "198.51.100.1", "", "0.0.0.0/0", "::/0");
    s.b.peer(s.a, "192.0.2.1", "", TwoSites.LAN_A);
    return s;
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "main"})
  void aDefaultRouteThroughAPeerDoesNotShadowItsEndpoint(String table) {
    try (TwoSites s = defaultRouteThroughB(table)) {
      s.up();
      assertEquals(3, s.lanA.pings("10.2.0.2", 3, 0.1));
      if (table.equals("main")) {
        assertEquals(3, s.a.host().pings("198.51.100.1", 3, 0.1));
      }
      s.a.stop();
      String left =
          s.a.host().must("ip", "route", "show", "table", "all", "proto", "138")
              + s.a.host().must("ip", "rule", "show").replaceAll("(?m)^(0|32766|32767):.*\\n", "");
      assertEquals("", left.strip(), "own routes and rules are taken back");
    }
  }

  @Test
  void whatHappensOnOtherInterfacesDoesNotShadowAnEndpointEither() {
    try (TwoSites s = defaultRouteThroughB("main")) {
      s.up();
      Lab.await(2_000, "traffic", () -> s.lanA.pings("10.2.0.2", 1, 1) == 1);
      for (int i = 1; i < 4; i++) {
        s.a.host().must("ip", "address", "add", "203.0.113." + i + "/32", "dev", "lo");
        s.a.host().must("ip", "link", "set", "lo", "mtu", String.valueOf(60_000 + i));
        Lab.await(2_000, "traffic", () -> s.lanA.pings("10.2.0.2", 3, 0.1) == 3);
        String way = s.a.host().must("ip", "route", "show", "198.51.100.1", "proto", "138");
        assertTrue(!way.isBlank() && !way.contains("tun0"), way);
      }
    }
  }

  @Test
  void anInterfaceThatWasDownIsAsBefore() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      String[] shows = {
        "-4 route show table 1138", "-6 route show table 1138", "address show dev tun0"
      };
      List<String> before = shown(s, shows);
      s.a.host().must("ip", "link", "set", "tun0", "down");
      s.a.host().must("ip", "link", "set", "tun0", "up");
      Lab.await(2_000, "routes and addresses", () -> shown(s, shows).equals(before));
      assertEquals(3, s.lanA.pings("10.2.0.2", 3, 0.1));
      assertEquals(3, s.lanA.pings("fd00:2::2", 3, 0.1));
      s.a.host().must("ip", "address", "flush", "dev", "tun0");
      Lab.await(2_000, "addresses", () -> shown(s, shows).equals(before));
    }
  }

  private static List<String> shown(TwoSites s, String... shows) {
    return Stream.of(shows)
        .map(show -> s.a.host().must(("ip " + show).split(" ")))
        .map(text -> text.lines().sorted().collect(Collectors.joining("\n")))
        .toList();
  }

  @Test
  void routesThatSomebodyDeletesComeBack() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      s.a.host().must("ip", "route", "del", "10.2.0.0/24", "table", "1138");
      Lab.await(2_000, "repaired", () -> s.lanA.pings("10.2.0.2", 1, 1) == 1);
    }
  }
}
