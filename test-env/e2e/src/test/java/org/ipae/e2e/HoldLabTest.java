// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
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
 * Packets for the networks of a peer never leave in the clear, whatever happens to the daemon.
 *
 * <pre>
 * pc 10.1.0.10 - a 198.51.100.2 - .1 net 203.0.113.1 - .2 b 10.2.0.1 on lo
 *    fd00:1::10    2001:db8:1::2   ::1                       fd00:2::1
 * </pre>
 */
@Tag("once")
@Timeout(180)
class HoldLabTest {
  private static final Pattern OTHERS_RULES = Pattern.compile("(?m)^(0|32766|32767):.*\\n");

  private Lab lab;
  private Host net;
  private Host host;
  private Host pc;
  private Gateway a;
  private Gateway b;
  private Capture uplink;
  private int captures;

  @BeforeEach
  void wire() {
    lab = new Lab();
    net = lab.host("net");
    host = lab.host("a");
    pc = lab.host("pc");
    Host far = lab.host("b");
    lab.cable(pc, "eth0", host, "lan");
    lab.cable(host, "wan", net, "to-a");
    lab.cable(far, "wan", net, "to-b");
    pc.address("eth0", "10.1.0.10/24")
        .address("eth0", "10.1.0.11/24")
        .address("eth0", "fd00:1::10/64");
    pc.route("default", "10.1.0.1").route("default", "fd00:1::1");
    host.address("lan", "10.1.0.1/24").address("lan", "fd00:1::1/64");
    net.address("to-a", "198.51.100.1/24").address("to-a", "2001:db8:1::1/64");
    net.address("to-b", "203.0.113.1/24");
    uplinkFromFiles();
    far.address("wan", "203.0.113.2/24").route("default", "203.0.113.1");
    far.address("lo", "10.2.0.1/32").address("lo", "fd00:2::1/128");
    a = Gateway.on(lab, host).tun("addresses = [\"10.1.0.1/32\", \"fd00:1::1/128\"]");
    b = Gateway.on(lab, far);
  }

  /** As a host does when it boots. */
  private void uplinkFromFiles() {
    host.must("ip", "link", "set", "wan", "up");
    host.address("wan", "198.51.100.2/24").address("wan", "2001:db8:1::2/64");
    host.route("default", "198.51.100.1").route("default", "2001:db8:1::1");
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  /** From a host behind the gateway, and from the gateway itself. */
  private void traffic() {
    pc.start(lab.directory().resolve("p4"), "ping", "-n", "-q", "-i", "0.02", "10.2.0.1");
    pc.start(lab.directory().resolve("p6"), "ping", "-n", "-q", "-i", "0.02", "fd00:2::1");
    String loop = "while sleep 0.02; do echo x >/dev/udp/10.2.0.1/9; done 2>/dev/null";
    host.start(lab.directory().resolve("own"), "bash", "-c", loop);
  }

  private void capture() {
    uplink = Capture.on(net, "to-a", lab.directory().resolve("uplink." + captures++));
  }

  /** When packets for the peer's networks passed the uplink in the clear, seconds. */
  private List<Double> leaks() {
    return uplink
        .text("-tt", "dst", "net", "10.2.0.0/16", "or", "dst", "net", "fd00:2::/64")
        .lines()
        .map(line -> Double.valueOf(line.split(" ", 2)[0]))
        .toList();
  }

  private void nothingLeaves(String moment, int millis) throws InterruptedException {
    Thread.sleep(millis);
    List<Double> leaks = leaks();
    assertTrue(leaks.isEmpty(), () -> moment + ": " + leaks.size() + " packets in the clear");
  }

  private void leaks(String moment) {
    capture();
    Lab.await(3_000, moment + ": packets leave in the clear", () -> leaks().size() > 10);
    uplink.end();
  }

  private void works(String moment) {
    Lab.await(20_000, moment + ": traffic", () -> pc.pings("10.2.0.1", 1, 1) == 1);
  }

  private void must(String... command) {
    Command.Result r = a.ipae(command);
    assertEquals(0, r.exit(), r.err() + r.out());
  }

  private String left() {
    String rules = host.must("ip", "-4", "rule") + host.must("ip", "-6", "rule");
    return OTHERS_RULES.matcher(rules).replaceAll("")
        + host.must("ip", "-4", "route", "show", "table", "all", "proto", "138")
        + host.must("ip", "-6", "route", "show", "table", "all", "proto", "138");
  }

  @Test
  void nothingLeavesInTheClearInNineMoments() throws Exception {
    host.resolves("192.0.2.53"); // which does not exist
    a.peer(b, "b.example.net", "", "10.2.0.0/16", "fd00:2::/64").write();
    b.peer(a, "198.51.100.2", "", "10.1.0.0/24", "fd00:1::/64").start();
    traffic();
    leaks("without ipae");

    capture();
    must("hold");
    double held = System.currentTimeMillis() / 1_000.0;
    Thread.sleep(1_500); // tcpdump writes with some delay
    assertTrue(leaks().stream().allMatch(at -> at < held), "held before the first start");
    // From another address: the kernel tells each one once a second.
    String told = pc.run("ping", "-I", "10.1.0.11", "-c", "1", "-W", "1", "10.2.0.1").out();
    assertTrue(told.contains("Packet filtered"), told);
    uplink.end();
    capture();

    a.start();
    nothingLeaves("start with DNS dead", 2_500);
    a.ready();
    works("b has called");

    b.kill();
    Lab.await(20_000, "down", () -> !a.up(b));
    nothingLeaves("peer down", 500);
    b.start();
    works("b is back");

    host.must("ip", "link", "set", "tun0", "down");
    nothingLeaves("tun0 down", 500);
    host.must("ip", "link", "set", "tun0", "up");
    works("tun0 up");

    String text = Files.readString(a.configFile());
    Files.writeString(a.configFile(), text.replace("[\"10.2.0.0/16\"", "[\"10.2.0.0/24\""));
    must("reload");
    nothingLeaves("reload", 300);
    Files.writeString(a.configFile(), text);
    host.must("kill", "-HUP", "" + a.process().pid());
    nothingLeaves("reload by signal", 300);
    works("reloaded");

    a.stop();
    nothingLeaves("stopped", 500);
    a.start().ready();
    works("started again");
    a.kill();
    nothingLeaves("killed", 500);
    a.start().ready();
    works("started after a kill");
    nothingLeaves("started", 0);
    uplink.end();

    replacedByHand();
    bootAgain();
  }

  private void replacedByHand() throws InterruptedException {
    List<String> attacks =
        List.of(
            "ip route replace 10.2.0.0/16 via 198.51.100.1 table 1138",
            "ip route replace 10.2.0.0/16 via 198.51.100.1",
            "ip link set tun0 down; ip route replace 10.2.0.0/16 via 198.51.100.1 table 1138016",
            "ip route replace fd00:2::/64 via 2001:db8:1::1 table 1138064",
            "ip route flush table 1138016; ip link set tun0 up",
            "for p in $(ip rule | sed -n 's/:.*proto 138//p'); do ip rule del pref $p; done; true");
    for (String attack : attacks) {
      capture();
      host.must("sh", "-c", attack);
      Thread.sleep(600);
      List<Double> clear = leaks();
      double lasted = clear.isEmpty() ? 0 : clear.getLast() - clear.getFirst();
      assertTrue(lasted < 0.1, () -> attack + ": open for " + lasted + " s");
      System.out.printf("%s: %d packets in the clear%n", attack, clear.size());
      uplink.end();
    }
    works("repaired");
  }

  /** The kernel has forgotten all; the files are there. */
  private void bootAgain() throws InterruptedException {
    a.kill();
    host.must("ip", "link", "set", "wan", "down");
    host.must("ip", "addr", "flush", "dev", "wan");
    host.must("sh", "-c", "while ip rule del protocol 138; do :; done 2>/dev/null; true");
    host.must("sh", "-c", "while ip -6 rule del protocol 138; do :; done 2>/dev/null; true");
    host.run("ip", "-4", "route", "flush", "table", "all", "proto", "138");
    host.run("ip", "-6", "route", "flush", "table", "all", "proto", "138");
    assertEquals("", left());
    capture();
    must("hold");
    uplinkFromFiles();
    nothingLeaves("network built from files", 1_000);
    uplink.end();

    must("release");
    assertEquals("", left());
    leaks("released");
    assertFalse(Files.exists(a.stateDirectory().resolve("held.json")));
  }

  @Test
  void everythingIsHeldShutOnlyWhereThatIsWritten() throws Exception {
    b.peer(a, "198.51.100.2", "", "10.1.0.0/24", "fd00:1::/64").start().ready();
    a.peer(b, "203.0.113.2", "", "0.0.0.0/0").start().ready();
    String open = "0.0.0.0/0 of peer b leaves in the clear while ipae is stopped: write if_down";
    assertTrue(a.log().contains(open), a.log());
    assertTrue(a.ipae("check").out().contains(open));
    works("up");
    traffic();
    a.stop();
    leaks("stopped");
    assertEquals("", left());

    String text = Files.readString(a.configFile());
    Files.writeString(
        a.configFile(), text.replace("name = \"b\"", "name = \"b\"\nif_down = \"drop\""));
    a.start().ready();
    assertFalse(a.log().contains("in the clear"), a.log());
    works("up again");
    capture();
    a.kill();
    nothingLeaves("everything is held", 500);
    assertEquals(1, pc.pings("10.1.0.1", 1, 1), "the own LAN is not");
    String told = pc.run("ping", "-c", "1", "-W", "1", "10.2.0.1").out();
    assertFalse(told.contains("filtered"), told);
    a.start().ready();
    works("after a kill");
  }

  @Test
  void whatIsNoLongerConfiguredOpensAndAnotherDaemonsStays() throws IOException {
    Gateway other = Gateway.on(lab, host, "other").top("listen = [\"0.0.0.0:2000\"]");
    other.tun("name = \"tun9\"").peer(b, "", "", "10.9.0.0/16").write();
    assertEquals(0, other.ipae("hold").exit());
    a.peer(b, "203.0.113.2", "", "10.2.0.0/16", "10.3.0.0/16").start().ready();
    assertTrue(shut("10.9.0.1") && !shut("10.3.0.1"));
    a.kill();
    assertTrue(shut("10.2.0.1") && shut("10.3.0.1"));

    String text = Files.readString(a.configFile());
    Files.writeString(a.configFile(), text.replace(", \"10.3.0.0/16\"", ""));
    a.start().ready();
    a.stop();
    assertTrue(shut("10.2.0.1") && !shut("10.3.0.1") && shut("10.9.0.1"));

    Files.writeString(
        a.configFile(), "table = 77\nrule_priority = 9000\n" + Files.readString(a.configFile()));
    must("hold");
    assertTrue(shut("10.2.0.1") && shut("10.9.0.1"));
    assertEquals("", host.must("ip", "route", "show", "table", "1138016", "10.2.0.0/16"));
    must("release");
    assertTrue(!shut("10.2.0.1") && shut("10.9.0.1"));
    Command.Result running = other.start().ready().ipae("release");
    assertEquals(1, running.exit());
    assertTrue(running.err().contains("stop it first"), running.err());
    other.stop();
    assertTrue(shut("10.9.0.1"));
    assertEquals(0, other.ipae("remove", "b").exit());
    assertEquals("", left());
  }

  private boolean shut(String to) {
    Command.Result r = host.run("ip", "route", "get", to);
    return r.exit() != 0 && r.err().contains("Permission denied");
  }
}
