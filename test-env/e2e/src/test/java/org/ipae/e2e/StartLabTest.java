// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ipae.lab.Command;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Start and stop of one gateway with an uplink. Its peer's endpoint lies in a prefix that it routes
 * to that peer, so that a start also makes a route past the tunnel.
 *
 * <pre>
 * gw 192.0.2.1 - 192.0.2.254 router
 * </pre>
 */
@Tag("once")
@Timeout(120)
class StartLabTest {
  private static final String BIN = Distribution.given().program();

  private Lab lab;
  private Host host;
  private Gateway gateway;
  private String stranger;

  @BeforeEach
  void wire() {
    lab = new Lab();
    host = lab.host("gw");
    Host router = lab.host("router");
    lab.cable(host, "wan", router, "lan");
    host.address("wan", "192.0.2.1/24").route("default", "192.0.2.254");
    gateway = Gateway.on(lab, host);
    stranger = Gateway.on(lab, router).publicKey();
    String open = "if_down = \"clear\""; // HoldLabTest has the rest
    gateway.peer("far", stranger, "198.51.100.9", open, List.of("0.0.0.0/0", "fd00:2::/64"));
    gateway.tun("addresses = [\"10.255.0.1/32\", \"fd00:ff::1/128\"]");
    gateway.write();
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  /** What a start may have left behind. */
  private String network() {
    StringBuilder all = new StringBuilder();
    for (String what :
        List.of(
            "addr", "link", "rule", "-6 rule", "route show table all", "-6 route show table all")) {
      String out = host.must("sh", "-c", "ip -j " + what);
      // A counter, and the age of what neighbours have said.
      all.append(out.replaceAll("\"(expires|stats\\d*|used|age)\":[^,}]*,?", "")).append('\n');
    }
    return all.toString();
  }

  private Path file(String name) {
    return lab.directory().resolve(name);
  }

  private void hangUp() {
    host.must("kill", "-HUP", "" + gateway.process().pid());
  }

  private void change(String from, String to) throws IOException {
    String text = Files.readString(gateway.configFile());
    assertTrue(text.contains(from), text);
    Files.writeString(gateway.configFile(), text.replace(from, to));
  }

  private String[] run() {
    return new String[] {BIN, "run", "--config", gateway.configFile().toString()};
  }

  /** Fails with exit code 1 and one line that holds all of these; the host is as it was. */
  private void fails(String before, Command.Result r, String... parts) {
    assertEquals(1, r.exit(), r.err());
    assertEquals(1, r.err().lines().count(), r.err());
    for (String part : parts) {
      assertTrue(r.err().contains(part), r.err());
    }
    assertFalse(r.err().contains("java.") || r.err().contains("Exception"), r.err());
    assertEquals(before, network());
  }

  private void ready() {
    gateway.start();
    Lab.await(20_000, "ready", () -> gateway.log().contains(" ready: "));
  }

  private String lastLine() {
    return gateway.log().lines().toList().getLast();
  }

  private void ended(int exit) throws InterruptedException {
    assertTrue(gateway.process().waitFor(20, TimeUnit.SECONDS), "ends");
    assertEquals(exit, gateway.process().exitValue(), gateway.log());
  }

  @Test
  void explainFollowsAPacketFromItsRouteToTheWire() {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      Command.Result through = s.a.ipae("explain", "10.2.0.2");
      assertEquals(0, through.exit(), through.toString());
      assertTrue(through.out().contains("route: tun0, table 1138"), through.out());
      assertTrue(through.out().contains("peer: gw-b, by 10.2.0.0/24"), through.out());
      assertTrue(
          through.out().contains("datagrams: to 198.51.100.1:1138, wan via 192.0.2.254"),
          through.out());
      Command.Result clear = s.a.ipae("explain", "198.51.100.9");
      assertEquals(1, clear.exit(), clear.toString());
      assertTrue(clear.out().contains("in the clear, by wan"), clear.out());
      s.b.kill();
      s.lanA.pings("10.2.0.2", 1, 1);
      Lab.await(20_000, "down", () -> !s.a.up(s.b));
      Command.Result down = s.a.ipae("explain", "10.2.0.2");
      assertEquals(1, down.exit(), down.toString());
      assertTrue(down.out().contains("gw-b is down"), down.out());
      s.a.stop();
      Command.Result held = s.a.ipae("explain", "10.2.0.2");
      assertEquals(1, held.exit(), held.toString());
      assertTrue(
          held.out().contains("a prohibit route ends the search, and ipae is not running"),
          held.out());
    }
  }

  @Test
  void aStartThatFailsLeavesTheHostAsItWas() throws Exception {
    String before = network();
    String good = Files.readString(gateway.configFile());
    Path key = gateway.keyFile();
    byte[] secret = Files.readAllBytes(key);

    Files.writeString(key, "no key\n");
    fails(before, host.run(run()), "does not contain a private key");
    Files.write(key, secret);

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    fails(before, host.run(run()), "is accessible to others", "chmod 600");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

    change("/ipae.sock\"", "/ipae.toml\"");
    fails(before, host.run(run()), "control socket", "exists and is not a socket");
    Files.writeString(gateway.configFile(), good);

    change("/ipae.sock\"", "/ipae.toml/s\"");
    fails(before, host.run(run()), "control socket", "cannot be created");
    Files.writeString(gateway.configFile(), good);

    change(stranger, gateway.publicKey());
    fails(before, host.run(run()), "the key of this host itself");
    Files.writeString(gateway.configFile(), good);

    change("[tun]", "listen = [\"[fe80::7%nowhere]:1138\"]\n[tun]");
    fails(before, host.run(run()), "cannot listen on [fe80::7%nowhere]:1138", "no such interface");
    Files.writeString(gateway.configFile(), good);

    Files.writeString(file("plain"), "");
    change(gateway.stateDirectory().toString(), file("plain").toString());
    fails(before, host.run(run()), "state directory", "plain");
    Files.writeString(gateway.configFile(), good);

    fails(
        before,
        host.run(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /dev/net && exec \"$@\"",
            "sh",
            BIN,
            "run",
            "--config",
            gateway.configFile().toString()),
        "/dev/net/tun",
        "modprobe tun");
    fails(
        before,
        host.run(
            "setpriv",
            "--bounding-set=-net_admin",
            "--inh-caps=-all",
            BIN,
            "run",
            "--config",
            gateway.configFile().toString()),
        "CAP_NET_ADMIN");
    assertFalse(Files.exists(gateway.configFile().resolveSibling("ipae.sock")), "socket is gone");
    assertFalse(Files.exists(gateway.stateDirectory()), "no state directory is left");
  }

  @Test
  void whereIpv6IsSwitchedOffIpv4WorksAndOneLineSaysWhatIsLeftOut() {
    host.must("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
    String before = network();
    String check = gateway.ipae("check").out();
    assertTrue(check.contains("IPv6 is switched off on this host"), check);
    ready();
    assertTrue(
        host.must("ip", "route", "show", "table", "1138").contains("default dev tun0"),
        "routes are there");
    String told = "IPv6 is switched off on this host (net.ipv6.conf.tun0.disable_ipv6)";
    assertEquals(1, gateway.log().lines().filter(l -> l.contains(told)).count(), gateway.log());
    assertEquals(0, gateway.log().lines().filter(l -> l.contains("ERROR")).count(), gateway.log());
    gateway.stop();
    assertEquals(before, network());
  }

  @Test
  void aPortAnInterfaceAndARouteThatOthersHaveLeaveTheHostAsItWas() throws Exception {
    Process other = host.start(file("socat"), "socat", "UDP4-RECVFROM:1138,fork", "/dev/null");
    Lab.await(5_000, "bound", () -> !host.must("ss", "-Hlun", "sport = :1138").isBlank());
    String before = network();
    fails(before, host.run(run()), "UDP port 1138", "in use by another program");
    other.destroyForcibly().waitFor();

    host.must("ip", "tuntap", "add", "tun0", "mode", "tun");
    before = network();
    fails(before, host.run(run()), "tun0", "EBUSY");
    host.must("ip", "tuntap", "del", "tun0", "mode", "tun");

    host.must("ip", "route", "add", "unreachable", "default", "table", "1138");
    before = network();
    ready();
    assertTrue(gateway.log().contains("ERROR route 0.0.0.0/0"), gateway.log());
    gateway.stop();
    assertEquals(before, network());
  }

  @Test
  void aSecondRunSaysWhichProcessRunsAlreadyAndTheFirstOneGoesOn() throws Exception {
    ready();
    String running = network();
    String pid = gateway.show().path("pid").asText();
    fails(running, host.run(run()), "already running: process " + pid + " holds");
    assertEquals(pid, gateway.show().path("pid").asText());
    gateway.stop();
  }

  @Test
  void asManyThreadsAsThereAreAStartSucceedsOrLeavesTheHostAsItWas() throws Exception {
    // A user of its own: the kernel does not limit root's threads.
    String user = "54321";
    String before = network();
    int ready = 0;
    int refused = 0;
    for (int most = 14; most <= 80 && ready == 0; most += 2) {
      Command.Result r =
          host.run(
              "setpriv",
              "--reuid=" + user,
              "--regid=" + user,
              "--clear-groups",
              "--inh-caps=+net_admin,+dac_override",
              "--ambient-caps=+net_admin,+dac_override",
              "prlimit",
              "--nproc=" + most,
              "timeout",
              "-s",
              "TERM",
              "-k",
              "5",
              "15",
              BIN,
              "run",
              "--config",
              gateway.configFile().toString());
      if (r.err().contains(" ready: ")) {
        ready++;
        assertNotEquals(137, r.exit(), "SIGTERM ends it: " + r.err());
      } else if (r.err().contains("no more threads")) {
        refused++;
        fails(before, r, "no more threads", "ulimit -u");
      }
      assertEquals(before, network(), "with " + most + " threads: " + r.err() + r.out());
    }
    assertTrue(ready > 0 && refused > 0, ready + " ready, " + refused + " refused");
  }

  @Test
  void anOrderedStopExitsWithZeroAndItsLastLineIsStopped() throws Exception {
    String before = network();
    for (String signal : List.of("TERM", "INT")) {
      ready();
      assertTrue(
          host.must("ip", "route", "show", "table", "1138").contains("default dev tun0"),
          "routes are there");
      assertNotEquals(before, network());
      host.must("kill", "-" + signal, "" + gateway.process().pid());
      ended(0);
      assertTrue(lastLine().endsWith(" INFO stopped"), gateway.log());
      assertEquals(before, network());
    }
  }

  @Test
  void aSecondSignalDuringTheStopDoesNoHarm() throws Exception {
    String before = network();
    ready();
    String pid = "" + gateway.process().pid();
    host.must("sh", "-c", "for i in 1 2 3 4; do kill -TERM " + pid + " || true; done");
    host.run("kill", "-INT", pid);
    ended(0);
    assertTrue(lastLine().endsWith(" INFO stopped"), gateway.log());
    assertEquals(before, network());
  }

  @Test
  void aDeletedInterfaceEndsTheDaemonWithItsReasonAndASupervisorCanStartItAgain() throws Exception {
    String before = network();
    ready();
    host.must("ip", "link", "delete", "tun0");
    ended(1);
    String last = lastLine();
    assertTrue(last.startsWith("ipae: stopped: ") && last.contains("tun0"), gateway.log());
    assertTrue(last.contains("deleted the interface"), gateway.log());
    assertEquals(before, network());
    ready();
    gateway.stop();
    assertEquals(before, network());
  }

  @Test
  void anInterfaceMovedElsewhereEndsTheDaemonWithItsReason() throws Exception {
    Process elsewhere = host.start(file("elsewhere"), "unshare", "-n", "sleep", "60");
    String before = network();
    ready();
    host.must("ip", "link", "set", "tun0", "netns", "" + elsewhere.pid());
    ended(1);
    assertTrue(lastLine().contains("tun0 is gone: somebody has"), gateway.log());
    assertEquals(before, network());
  }

  @Test
  void hangupReadsTheConfigurationAgainAndABrokenOneChangesNothing() throws Exception {
    ready();
    hangUp();
    Lab.await(5_000, "said", () -> gateway.log().contains("reload: nothing has changed"));
    String good = Files.readString(gateway.configFile());
    Files.writeString(gateway.configFile(), good.replace("fd00:2::/64", "fd00:3::/64"));
    hangUp();
    Lab.await(5_000, "said", () -> gateway.log().contains("reload: ~ peer far"));
    Lab.await(
        5_000,
        "routed",
        () ->
            host.must("ip", "-6", "route", "show", "table", "1138")
                .contains("fd00:3::/64 dev tun0"));
    Files.writeString(gateway.configFile(), good.replace("fd00:2::/64", "fd00:2::/640"));
    hangUp();
    Lab.await(
        5_000,
        "said",
        () -> gateway.log().contains("ERROR reload refused: " + gateway.configFile() + ":"));
    assertTrue(
        host.must("ip", "-6", "route", "show", "table", "1138").contains("fd00:3::/64 dev tun0"),
        "still there");
    gateway.stop();
    assertEquals(0, gateway.process().exitValue());
  }
}
