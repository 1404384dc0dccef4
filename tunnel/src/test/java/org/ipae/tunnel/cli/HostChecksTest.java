// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.host.KernelView;
import org.ipae.tunnel.host.OwnNetworks;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostChecksTest {
  @TempDir Path root;
  private int port;

  @BeforeEach
  void soundHost() throws Exception {
    file("dev/net/tun", "");
    file("proc/sys/net/ipv4/ip_forward", "1\n");
    file("proc/sys/net/ipv6/conf/all/forwarding", "1\n");
    for (String link : List.of("default", "tun0")) {
      file("proc/sys/net/ipv6/conf/" + link + "/disable_ipv6", "0\n");
    }
    try (DatagramChannel free = DatagramChannel.open(StandardProtocolFamily.INET)) {
      free.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      port = ((InetSocketAddress) free.getLocalAddress()).getPort();
    }
  }

  private List<Prefix> networks = List.of();
  private @Nullable String refusesRules;
  private Set<Integer> tables = Set.of();
  private String top = "";

  private void file(String path, String text) throws Exception {
    Path p = root.resolve(path);
    Files.createDirectories(p.getParent());
    Files.writeString(p, text);
  }

  private List<String> found(boolean running) throws Exception {
    return found(running, 112 << 20);
  }

  private List<String> found(boolean running, long heap) throws Exception {
    return found(running, heap, "addresses = [\"10.255.0.1/32\"]");
  }

  private List<String> found(boolean running, long heap, String tun) throws Exception {
    ConfigFiles files = new ConfigFiles(root);
    files.write(
        """
        listen = ["127.0.0.1:%d"]
        %s
        [tun]
        %s
        [[peer]]
        name = "b"
        key = "%s"
        endpoint = "203.0.113.7"
        routes = ["0.0.0.0/0", "fd00:2::/64"]
        if_down = "reject"
        """
            .formatted(port, top, tun, ConfigFiles.key(2)));
    Config config = ConfigReader.read(files.main);
    return new HostChecks(
            root,
            config,
            running,
            heap,
            new KernelView(new OwnNetworks(networks), refusesRules, tables))
        .all(config.resolve(_ -> List.of())).stream()
            .filter(f -> !f.text().startsWith("CAP_NET_ADMIN"))
            .map(Finding::toString)
            .toList();
  }

  private static final String INSIDE =
      "note: the endpoint of b lies inside 0.0.0.0/0, which is routed to b; this is harmless:"
          + " datagrams of ipae itself stay outside the tunnel";

  @Test
  void aSoundHostHasOnlyTheNote() throws Exception {
    assertEquals(List.of(INSIDE), found(false));
  }

  @Test
  void aHeapThatIsTooSmallIsAWarningWhetherTheDaemonRunsOrNot() throws Exception {
    for (boolean running : new boolean[] {true, false}) {
      List<String> found = found(running, 16 << 20);
      assertEquals(2, found.size(), found::toString);
      assertTrue(
          found.getFirst().matches("warning: the daemon's heap of 16 MB is for 0 of 1 peers .*"),
          found::toString);
      assertEquals(List.of(INSIDE), found(running, 0), "nothing is known of its heap");
    }
  }

  @Test
  void withoutAnAddressInsideTheHostItselfIsNotServed() throws Exception {
    List<String> found = found(false, 112 << 20, "");
    assertEquals(2, found.size(), found::toString);
    assertTrue(
        found.getFirst().matches("warning: no addresses in \\[tun\\]: .*set tun\\.addresses to .*"),
        found::toString);
  }

  @Test
  void ipv6ThatIsSwitchedOffOrNotThereIsNamed() throws Exception {
    Path setting = root.resolve("proc/sys/net/ipv6/conf/default/disable_ipv6");
    Files.writeString(setting, "1\n");
    String off =
        "warning: IPv6 is switched off on this host (net.ipv6.conf.default.disable_ipv6): ";
    assertTrue(found(false).getFirst().startsWith(off), found(false)::toString);
    Files.delete(setting);
    assertTrue(found(false).getFirst().startsWith(off), found(false)::toString);
    assertEquals(List.of(INSIDE), found(true), "its own interface has it");
  }

  @Test
  void aRouteThatIsOrLiesInAnOwnNetworkIsNamed() throws Exception {
    for (String own : List.of("fd00:2::/64", "fd00::/16")) {
      networks = List.of(Prefix.of(new byte[4], 8), Cidr.parse(own).prefix());
      List<String> found = found(false);
      assertEquals(2, found.size(), found::toString);
      assertTrue(
          found.getFirst().startsWith("warning: route fd00:2::/64 of peer b is not set: "),
          found::toString);
    }
    networks = List.of(Cidr.parse("fd00:2::/65").prefix());
    assertEquals(List.of(INSIDE), found(false), "only a part of it");
  }

  @Test
  void aTableToWhichNoRuleLeadsIsNamed() throws Exception {
    top = "table = 77\nrule_priority = 0";
    assertEquals(
        "warning: no rule leads to table 77: packets for the peers go past the tunnel; write one (ip"
            + " rule add), or remove rule_priority = 0",
        found(false).getFirst());
    tables = Set.of(77);
    assertEquals(List.of(INSIDE), found(false));
    tables = Set.of();
    for (String other : List.of("table = \"main\"", "table = 77")) {
      top = other;
      assertEquals(List.of(INSIDE), found(false), other);
    }
    top = "table = \"off\"";
    assertEquals(
        "note: table = \"off\": nothing holds the networks of the peers shut; that is up to whoever"
            + " sets the routes",
        found(false).getFirst());
  }

  @Test
  void aHostWithoutRulesIsNamed() throws Exception {
    refusesRules = "EOPNOTSUPP Operation not supported";
    assertTrue(
        found(false)
            .getFirst()
            .startsWith("warning: this host refuses rules of policy routing (EO"),
        found(false)::toString);
    top = "table = \"main\"";
    assertEquals(List.of(INSIDE), found(false));
  }

  @Test
  void ownPortsThatTheKernelGivesToOthersAreNamed() throws Exception {
    file("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    top = "ports = \"30000-32767\"";
    assertEquals(List.of(INSIDE), found(false));
    top = "ports = \"30000-32768\"";
    assertTrue(
        found(false)
            .getFirst()
            .startsWith("warning: ports 30000-32768 are among those that the kernel gives to any"),
        found(false)::toString);
  }

  @Test
  void everythingMissingIsNamedWithItsRemedy() throws Exception {
    Files.delete(root.resolve("dev/net/tun"));
    file("proc/sys/net/ipv4/ip_forward", "0\n");
    file("proc/sys/net/ipv6/conf/all/forwarding", "0\n");
    file("sys/class/net/tun0/ifindex", "7");
    try (DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
      other.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      assertEquals(
          List.of(
              "error: /dev/net/tun is missing; run: modprobe tun; in a container start it with"
                  + " --device /dev/net/tun",
              "error: listen 127.0.0.1:"
                  + port
                  + ": another program has this port; find it with: ss -lunp sport = :"
                  + port
                  + "; stop it, or set listen to another port",
              "error: the interface tun0 already exists and does not belong to a running ipae; set another"
                  + " name in [tun], or remove it: ip link delete tun0",
              "warning: IPv4 forwarding is off: only this host itself can use the tunnel; for a"
                  + " gateway run: sysctl -w net.ipv4.ip_forward=1",
              "warning: IPv6 forwarding is off: only this host itself can use the tunnel; for a"
                  + " gateway run: sysctl -w net.ipv6.conf.all.forwarding=1",
              INSIDE),
          found(false));
      assertEquals(4, found(true).size());
    }
  }
}
