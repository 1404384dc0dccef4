// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ipae.lab.Capture;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Endpoints that are names, with a real name server, and endpoints of several addresses.
 *
 * <pre>
 * a 198.51.100.2 - .1 net 203.0.113.1 - .2 b    name server 192.0.2.53 on net
 * 2001:db8:1::2    ::1    2001:db8:2::1  ::2
 * </pre>
 */
@Tag("once")
@Timeout(120)
class NamesLabTest {
  private static final String SERVER = "192.0.2.53";
  private static final String A = "10.255.0.1";
  private static final String B = "10.255.0.2";

  private Lab lab;
  private Host net;
  private Host one;
  private Gateway a;
  private Gateway b;

  @BeforeEach
  void wire() throws IOException {
    lab = new Lab();
    net = lab.host("net");
    one = lab.host("a");
    Host other = lab.host("b");
    lab.cable(one, "wan", net, "to-a");
    lab.cable(other, "wan", net, "to-b");
    net.address("to-a", "198.51.100.1/24").address("to-b", "203.0.113.1/24");
    net.address("to-a", "2001:db8:1::1/64").address("to-b", "2001:db8:2::1/64");
    net.address("lo", SERVER + "/32");
    one.address("wan", "198.51.100.2/24").address("wan", "2001:db8:1::2/64");
    other.address("wan", "203.0.113.2/24").address("wan", "2001:db8:2::2/64");
    one.route("default", "198.51.100.1").route("default", "2001:db8:1::1");
    other.route("default", "203.0.113.1").route("default", "2001:db8:2::1");
    one.resolves(SERVER);
    a = Gateway.on(lab, one).tun("addresses = [\"" + A + "/32\"]");
    b = Gateway.on(lab, other).tun("addresses = [\"" + B + "/32\"]");
    b.peer(a, "", "", A + "/32").start();
    b.ready();
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  private void serveNames(String... records) {
    Stream<String> options =
        Stream.of(records).map(r -> "--host-record=" + r.replaceFirst(" ", ","));
    List<String> command =
        Stream.concat(
                Stream.of(
                    "dnsmasq",
                    "-k",
                    "-C",
                    "/dev/null",
                    "--no-resolv",
                    "--no-hosts",
                    "--bind-interfaces",
                    "--listen-address=" + SERVER,
                    "--pid-file=",
                    "--user=root"),
                options)
            .toList();
    net.start(lab.directory().resolve("dns"), command.toArray(String[]::new));
    Lab.await(5_000, "dns", () -> !net.must("ss", "-Hlun", "sport = :53").isBlank());
  }

  private void nft(String rules) {
    net.must("nft", "table inet f { chain i { type filter hook " + rules + " }; }");
  }

  private void pings(int within) {
    Lab.await(within, "a ping", () -> one.pings(B, 1, 1) == 1);
  }

  @Test
  void whileTheNameServerIsSilentAllElseWorksAndNothingLeaves() throws Exception {
    nft("input priority 0; udp dport 53 drop;");
    serveNames("b.example.net 203.0.113.2");
    a.peer(b, "203.0.113.2", "", B + "/32");
    for (int i = 3; i <= 6; i++) {
      String key = Gateway.on(lab, lab.host("h" + i)).publicKey();
      a.peer("h" + i, key, "h" + i + ".example.net", "", List.of("10.255.0." + i + "/32"));
    }
    Capture clear =
        Capture.on(net, "to-a", lab.directory().resolve("clear.pcap"), "dst net 10.255.0.0/24");
    a.start();
    Lab.await(5_000, "route", () -> one.run("ip", "route", "get", B).out().contains("dev tun0"));
    pings(2_000);
    a.ready();
    long start = System.nanoTime();
    Command.Result reload = a.ipae("reload");
    assertEquals(0, reload.exit(), reload.err());
    assertTrue(System.nanoTime() - start < 3_000_000_000L, "reload waits");
    Lab.await(20_000, "said", () -> a.log().contains("endpoint h6.example.net does not resolve"));
    assertEquals(0, one.pings("10.255.0.3", 2, 0.2));
    assertEquals("", clear.end().text());
  }

  @Test
  void aPeerComesUpOnceItsNameResolvesAndLooksItUpWithoutADelayForOthers() throws Exception {
    a.peer(b, "b.example.net", "", B + "/32").start().ready();
    Lab.await(15_000, "said", () -> a.log().contains("b.example.net does not resolve"));
    serveNames("b.example.net 203.0.113.2");
    pings(40_000);
    assertEquals("203.0.113.2:1138", a.show("b").at("/endpoint").asText());
  }

  @Test
  void ofTwoAddressesTheOneThatAnswersIsTakenWithinASecond() throws Exception {
    nft("forward priority 0; ip daddr 203.0.113.2 drop;");
    serveNames("b.example.net 203.0.113.2,2001:db8:2::2");
    a.peer(b, "b.example.net", "", B + "/32").start().ready();
    Lab.await(3_000, "up", () -> a.up(b));
    pings(1_000);
    a.stop();
    net.must("nft", "delete", "table", "inet", "f");
    nft("forward priority 0; ip6 daddr 2001:db8:2::2 drop;");
    delete(a.stateDirectory());
    a.start().ready();
    Lab.await(3_000, "up", () -> a.up(b));
    pings(1_000);
  }

  /** Cookies of the IPv4 days are of no use. */
  @Test
  void anEndpointOfTheOtherFamilyIsCalledAtOnce() throws Exception {
    a.peer(b, "203.0.113.2", "", B + "/32").start().ready();
    pings(5_000);
    Lab.await(5_000, "cookies", () -> a.show("b").at("/cookies").asInt() > 0);
    a.stop();
    nft("forward priority 0; meta nfproto ipv4 udp dport 1138 drop;");
    String text = Files.readString(a.configFile());
    Files.writeString(a.configFile(), text.replace("203.0.113.2", "[2001:db8:2::2]:1138"));
    a.start().ready();
    pings(3_000);
  }

  /** Both places are named; the first falls silent, as when an uplink breaks. */
  @Test
  void whenAnAddressFallsSilentTheOtherTakesOver() throws Exception {
    a.peer(b, "203.0.113.2", "", B + "/32").write();
    String text = Files.readString(a.configFile());
    Files.writeString(
        a.configFile(), text.replace("\"203.0.113.2\"", "[\"203.0.113.2\", \"2001:db8:2::2\"]"));
    a.start().ready();
    pings(5_000);
    nft("forward priority 0; ip daddr 203.0.113.2 drop;");
    // Silence is noticed after 8 s; what the peer still sends, which arrives, can double that.
    pings(25_000);
    assertTrue(a.show("b").at("/endpoint").asText().startsWith("[2001:db8:2:"));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      for (Path f : all.toList()) {
        Files.delete(f);
      }
    }
  }
}
