// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the path between two real gateways carries is found, followed, and told to the hosts.
 *
 * <pre>
 * lan-a -- gw-a wan == side-a mid side-b == wan gw-b -- lan-b
 *          MTU 1500      MTU changes, nft: silent
 * </pre>
 */
class PathMtuLabTest {
  private static final long FLOW_MILLIS = 60_000;

  /** The MTU of the router between, towards both sides. */
  private static void router(TwoSites s, int mtu) {
    for (String link : new String[] {"side-a", "side-b"}) {
      s.mid.must("ip", "link", "set", "dev", link, "mtu", "" + mtu);
    }
  }

  /** The router says nothing when it drops, and passes nothing that it may cut, or that is cut. */
  private static void silent(TwoSites s) {
    s.mid.must(
        "nft",
        "table inet silent { chain output { type filter hook output priority 0;"
            + " icmp type destination-unreachable drop; icmpv6 type packet-too-big drop; };"
            + " chain forward { type filter hook forward priority 0;"
            + " ip frag-off & 0x4000 == 0 drop; exthdr frag exists drop; }; }");
  }

  private static int pathMtu(Gateway from, String to) {
    var peer = from.show(to);
    return peer.path("path_mtu_state").asText().equals("found") ? peer.path("path_mtu").asInt() : 0;
  }

  private static void found(TwoSites s, int mtu, int millis) {
    Lab.await(
        millis,
        "path MTU " + mtu + " found",
        () -> pathMtu(s.a, "gw-b") == mtu && pathMtu(s.b, "gw-a") == mtu);
  }

  private static long received(Host host) {
    return Long.parseLong(host.must("cat", "/sys/class/net/eth0/statistics/rx_bytes").strip());
  }

  private static int route(Gateway g, String to) {
    var m =
        java.util.regex.Pattern.compile("mtu (\\d+)")
            .matcher(g.host().must("ip", "route", "get", to));
    return m.find() ? Integer.parseInt(m.group(1)) : 0;
  }

  @Test
  @Tag("once")
  void theMtuOfThePathIsFoundShownAndToldToTheHosts() {
    for (int mtu : new int[] {1500, 1400, 1280}) {
      try (TwoSites s = new TwoSites()) {
        router(s, mtu);
        silent(s);
        (mtu == 1400 ? s.directIpv6() : s.direct()).up();
        found(s, mtu, 8_000);
        assertTrue(s.a.ipae("show").out().contains("path MTU: " + mtu + "\n"));
        int outer = mtu == 1400 ? 48 : 28;
        int inner = Math.min(1420, Math.max(1280, mtu - outer - 28));
        for (String to : new String[] {"10.2.0.2", "fd00:2::2"}) {
          assertEquals(inner < 1420 ? inner : 0, route(s.a, to), to);
        }
        toldTo(s.lanA, "10.2.0.2", 28, inner);
        toldTo(s.lanA, "fd00:2::2", 48, inner);
        if (mtu == 1400) {
          withoutRoutesOfOurs(s, inner);
        }
      }
    }
  }

  /** Where somebody else's routes lead into the tunnel, the kernel does not answer: we do. */
  private static void withoutRoutesOfOurs(TwoSites s, int inner) {
    Host gw = s.a.host();
    // Strict source checks: the answers must come from where their packets went.
    gw.must("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.tun0.rp_filter=1");
    gw.must("ip", "route", "add", "10.2.0.2/32", "dev", "tun0");
    gw.must("ip", "route", "add", "fd00:2::2/128", "dev", "tun0");
    s.lanA.must("ip", "route", "flush", "cache");
    s.lanA.must("ip", "-6", "route", "flush", "cache");
    assertEquals(0, route(s.a, "10.2.0.2"));
    toldTo(s.lanA, "10.2.0.2", 28, inner);
    toldTo(s.lanA, "fd00:2::2", 48, inner);
    assertTrue(s.a.show().path("drops").path("too_big").asLong() >= 2);
  }

  /** What fits arrives, what does not is answered, and the host then knows. */
  private static void toldTo(Host lan, String to, int headers, int inner) {
    String[] ping = {"ping", "-n", "-c", "2", "-i", "0.1", "-W", "1", "-M", "do", "-s", "", to};
    ping[11] = "" + (1280 - headers);
    assertEquals(0, lan.run(ping).exit(), "1280 bytes to " + to);
    ping[11] = "" + (inner - headers);
    assertEquals(0, lan.run(ping).exit(), inner + " bytes to " + to);
    ping[11] = "" + (inner + 1 - headers);
    Command.Result r = lan.run(ping);
    assertEquals(1, r.exit(), inner + 1 + " bytes to " + to + ": " + r.out());
    assertTrue((r.out() + r.err()).contains("mtu"), r.out() + r.err());
    String route = lan.must("ip", "route", "get", to);
    assertTrue(route.contains("mtu " + inner), route);
  }

  @Test
  void aFlowGoesOnWithinThreeSecondsWhenTheRouterShrinksAndSaysNothing() {
    try (TwoSites s = new TwoSites()) {
      silent(s);
      s.direct().up();
      found(s, 1500, 8_000);
      Path out = s.file("iperf3.out");
      s.lanB.start(s.file("iperf3.server"), "iperf3", "-s", "-1");
      s.lanB.awaitListening(5201);
      s.lanA.start(out, "iperf3", "-c", "10.2.0.2", "-t", "" + FLOW_MILLIS / 1_000, "-b", "200M");
      Lab.await(5_000, "a flow", () -> received(s.lanB) > 20_000_000);
      long at = System.nanoTime();
      s.mid.must("ip", "link", "set", "dev", "side-b", "mtu", "1300");
      // What was on its way comes; then nothing, until the flow goes on.
      long[] last = {received(s.lanB), System.nanoTime()};
      long[] gap = {0};
      Lab.await(
          5_000,
          "the flow goes on",
          () -> {
            long now = received(s.lanB);
            if (now - last[0] > 100_000) {
              gap[0] = Math.max(gap[0], (System.nanoTime() - last[1]) / 1_000_000);
              last[0] = now;
              last[1] = System.nanoTime();
            }
            return gap[0] > 150 && System.nanoTime() - last[1] < 50_000_000;
          });
      System.out.println("path MTU 1500 to 1300: no bytes for " + gap[0] + " ms");
      assertTrue(gap[0] < 3_000, "no bytes for " + gap[0] + " ms");
      Lab.await(8_000, "found again", () -> pathMtu(s.a, "gw-b") == 1300);
      System.out.println("found after " + (System.nanoTime() - at) / 1_000_000 + " ms");
      assertEquals(1280, route(s.a, "10.2.0.2"));
      long before = received(s.lanB);
      Lab.await(3_000, "still flowing", () -> received(s.lanB) > before + 5_000_000);
    }
  }

  @Test
  @Tag("once")
  void aRouterThatSaysWhatItCarriesIsFollowedToTheByte() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      found(s, 1500, 8_000);
      s.mid.must("ip", "link", "set", "dev", "side-b", "mtu", "1391");
      s.lanA.run("ping", "-n", "-q", "-c", "10", "-i", "0.1", "-W", "1", "-s", "1380", "10.2.0.2");
      Lab.await(6_000, "1391 found", () -> pathMtu(s.a, "gw-b") == 1391);
      s.a.host().must("ip", "link", "set", "dev", "wan", "mtu", "1350");
      Lab.await(2_000, "the own interface", () -> pathMtu(s.a, "gw-b") == 1350);
    }
  }
}
