// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A branch that sends everything through a hub: its own datagrams must not follow, whoever they go
 * to, and longer prefixes of others must win.
 *
 * <pre>
 * branch 198.51.100.2 - .1 net 203.0.113.1 - .2 hub
 *        2001:db8:1::2  ::1    2001:db8:2::1  ::2
 *        lan 10.1.0.1      192.0.2.1 - .2 traveller, whom nobody knows the address of
 * </pre>
 */
@Tag("once")
@Timeout(120)
class FullTunnelLabTest {
  private static final Pattern OTHERS_RULES = Pattern.compile("(?m)^(0|32766|32767):.*\\n");

  /** So that nothing is held shut after a stop. */
  private static final String CLEAR = "if_down = \"clear\"";

  private Lab lab;
  private Host net;
  private Host branch;
  private Gateway a;
  private Gateway hub;
  private Gateway traveller;

  @BeforeEach
  void wire() {
    lab = new Lab();
    net = lab.host("net");
    branch = lab.host("branch");
    Host h = lab.host("hub");
    Host t = lab.host("traveller");
    lab.cable(branch, "wan", net, "to-a");
    lab.cable(h, "wan", net, "to-h");
    lab.cable(t, "wan", net, "to-t");
    lab.cable(branch, "lan", lab.host("pc"), "eth0");
    net.address("to-a", "198.51.100.1/24").address("to-a", "2001:db8:1::1/64");
    net.address("to-h", "203.0.113.1/24").address("to-h", "2001:db8:2::1/64");
    net.address("to-t", "192.0.2.1/24").address("lo", "192.0.2.53/32");
    branch.address("wan", "198.51.100.2/24").address("wan", "2001:db8:1::2/64");
    branch.address("lan", "10.1.0.1/24");
    branch.route("default", "198.51.100.1").route("default", "2001:db8:1::1");
    h.address("wan", "203.0.113.2/24").address("wan", "2001:db8:2::2/64");
    h.route("default", "203.0.113.1").route("default", "2001:db8:2::1");
    t.address("wan", "192.0.2.2/24").route("default", "192.0.2.1");
    a = Gateway.on(lab, branch).tun("addresses = [\"10.255.0.2/32\", \"fd00:255::2/128\"]");
    hub = Gateway.on(lab, h).tun("addresses = [\"10.255.0.1/32\", \"fd00:255::1/128\"]");
    traveller = Gateway.on(lab, t).tun("addresses = [\"10.255.0.3/32\"]");
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  private void start(String endpoint) {
    a.peer(hub, endpoint, "", "0.0.0.0/0", "::/0");
    a.peer(traveller, "", CLEAR, "10.255.0.3/32").start();
    hub.peer(a, "198.51.100.2", "", "10.255.0.2/32", "fd00:255::2/128").start();
    List.of(a, hub).forEach(Gateway::ready);
  }

  private static void pings(int within, Host from, String to) {
    Lab.await(within, "a ping to " + to, () -> from.pings(to, 1, 1) == 1);
  }

  private boolean into(String device, String... packet) {
    String[] all = new String[packet.length + 3];
    System.arraycopy(new String[] {"ip", "route", "get"}, 0, all, 0, 3);
    System.arraycopy(packet, 0, all, 3, packet.length);
    return branch.run(all).out().contains("dev " + device + " ");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void addressesThatWereLearntAreReachedPastTheTunnel(int reversePathFilter) {
    for (String link : List.of("all", "default", "wan", "lan")) {
      branch.must("sysctl", "-qw", "net.ipv4.conf." + link + ".rp_filter=" + reversePathFilter);
    }
    start("203.0.113.2");
    pings(10_000, branch, "10.255.0.1");
    pings(2_000, branch, "fd00:255::1");
    traveller.peer(a, "198.51.100.2", "", "10.255.0.2/32").start().ready();
    pings(5_000, traveller.host(), "10.255.0.2");
    assertTrue(into("tun0", "192.0.2.2"), "all else goes into the tunnel");
    assertTrue(into("wan", "192.0.2.2", "ipproto", "udp", "sport", "1138"));

    net.address("to-h", "203.0.114.1/24");
    hub.host().address("wan", "203.0.114.2/24");
    hub.host().must("ip", "addr", "del", "203.0.113.2/24", "dev", "wan");
    hub.host().must("ip", "route", "replace", "default", "via", "203.0.114.1");
    pings(20_000, hub.host(), "10.255.0.2");
  }

  @Test
  void theNameServerIsReachedPastTheTunnelToo() {
    branch.resolves("192.0.2.53");
    start("hub.example.net");
    Lab.await(15_000, "said", () -> a.log().contains("hub.example.net does not resolve"));
    assertTrue(into("tun0", "192.0.2.53"));
    net.start(
        lab.directory().resolve("dns"),
        "dnsmasq",
        "-k",
        "-C",
        "/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--bind-interfaces",
        "--listen-address=192.0.2.53",
        "--pid-file=",
        "--user=root",
        "--host-record=hub.example.net,203.0.113.2");
    pings(40_000, branch, "10.255.0.1");
  }

  @Test
  void theLongestPrefixWinsWhetherItIsOursOrNot() {
    a.peer(hub, "203.0.113.2", "", "0.0.0.0/0", "10.2.0.0/16", "10.2.7.0/24", "::/0").start();
    a.ready();
    branch.must("ip", "route", "add", "10.2.7.128/25", "via", "198.51.100.1");
    branch.must("ip", "route", "add", "10.2.8.0/24", "via", "198.51.100.1");
    branch.must("ip", "route", "add", "10.0.0.0/8", "via", "198.51.100.1");
    assertTrue(into("wan", "10.2.7.200"));
    assertTrue(into("tun0", "10.2.7.1"));
    assertTrue(into("wan", "10.2.8.1"));
    assertTrue(into("tun0", "10.2.9.1"));
    assertTrue(into("wan", "10.3.0.1"));
    assertTrue(into("lan", "10.1.0.77"), "the own LAN");
    assertTrue(into("tun0", "11.0.0.1"));
    assertTrue(into("wan", "2001:db8:1::77"));
    assertTrue(into("tun0", "2001:db8:3::1"));
    String[] forwarded = {
      "10.2.9.1", "from", "10.1.0.77", "iif", "lan", "ipproto", "udp", "sport", "1138"
    };
    assertTrue(into("tun0", forwarded), "the port of another host is not ours");
    String equal = "10.2.9.0/24";
    branch.must("ip", "route", "add", equal, "via", "198.51.100.1");
    assertTrue(into("wan", "10.2.9.1"));
  }

  private String rules() {
    String all = branch.must("ip", "-4", "rule") + branch.must("ip", "-6", "rule");
    return OTHERS_RULES.matcher(all).replaceAll("");
  }

  @Test
  void rulesThatSomebodyDeletesComeBackAndTheLastDaemonTakesThemAll() {
    start("203.0.113.2");
    String before = rules();
    assertTrue(before.contains("goto") && before.contains("lookup 1138"), before);
    String each = "for p in $(ip rule | sed -n 's/:.*proto 138//p'); do ip rule del pref $p; done";
    branch.must("sh", "-c", each + "; true");
    Lab.await(2_000, "they are back", () -> rules().equals(before));
    branch.must("ip", "-6", "rule", "flush");
    branch.must("ip", "-6", "rule", "add", "pref", "32766", "table", "main");
    Lab.await(2_000, "they are back", () -> rules().equals(before));

    Gateway second = Gateway.on(lab, branch, "second").top("listen = [\"0.0.0.0:2000\"]");
    second.tun("name = \"tun9\"").peer(traveller, "", CLEAR, "10.9.0.0/20").start().ready();
    assertTrue(into("tun9", "10.9.0.1"));
    a.kill();
    assertTrue(into("tun9", "10.9.0.1"));
    a.start().ready();
    a.stop();
    assertFalse(rules().contains("sport 1138"), rules());
    assertTrue(into("tun9", "10.9.0.1"));
    second.stop();
    assertEquals("", rules(), "nothing is left, not even of the one that was killed");
  }
}
