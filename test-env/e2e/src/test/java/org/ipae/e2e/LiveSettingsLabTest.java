// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.ipae.lab.Command;
import org.ipae.lab.Gaps;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Settings of the host itself change while the tunnel carries packets.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *          another listen, [tun], table, mark, suites
 * </pre>
 */
@Tag("once")
class LiveSettingsLabTest {
  private static final String FIRST = "10.255.0.1";

  private static final int RELOADS = Integer.getInteger("ipae.reloads", 40);

  private final TwoSites s = new TwoSites();

  LiveSettingsLabTest() {
    s.a
        .top("listen = [\"0.0.0.0:1138\", \"[::]:1138\"]")
        .tun("addresses = [\"" + FIRST + "/32\"]\nmtu = 1400");
    s.direct().up();
  }

  @AfterEach
  void close() {
    s.close();
  }

  /** Replaces in the configuration of gw-a, and reloads it; each line must be among the output. */
  private void reload(String pattern, String replacement, String... lines) throws IOException {
    String text = Files.readString(s.a.configFile());
    String next = Pattern.compile(pattern).matcher(text).replaceFirst(replacement);
    assertFalse(text.equals(next), pattern);
    Files.writeString(s.a.configFile(), next);
    Command.Result r = s.a.ipae("reload");
    assertEquals(0, r.exit(), r.err());
    for (String line : lines) {
      assertTrue(r.out().contains(line), r.out());
    }
  }

  private void add(String setting, String... lines) throws IOException {
    reload("\\A", setting + "\n", lines);
    for (int i = 0; i < 5; i++) {
      for (String family : new String[] {"-4", "-6"}) {
        String held = on("ip", family, "route", "show", "table", "all", "type", "prohibit");
        assertTrue(held.contains("10.2.0.0/24") || held.contains("fd00:2::/64"), setting + held);
      }
    }
  }

  private String on(String... command) {
    return s.a.host().must(command);
  }

  @Test
  void theyTakeEffectWhileTheSessionLivesOn() throws Exception {
    Gaps pings = Gaps.of(s.lanA, "10.2.0.2", s.file("pings"));
    Gaps back = Gaps.of(s.lanB, "10.1.0.2", s.file("pings.back"));
    reload(
        "addresses = .*",
        "addresses = [\"10.255.0.9/32\", \"fd00:ff::9/128\"]",
        "~ tun.addresses [10.255.0.1/32] -> [10.255.0.9/32, fd00:ff::9/128]");
    String addresses = on("ip", "-br", "address", "show", "tun0");
    assertTrue(addresses.contains("10.255.0.9") && addresses.contains("fd00:ff::9"), addresses);
    assertFalse(addresses.contains(FIRST), addresses);
    reload("mtu = 1400", "mtu = 1300", "~ tun.mtu 1400 -> 1300");
    assertTrue(on("ip", "link", "show", "tun0").contains("mtu 1300"));

    add("fwmark = 77", "~ fwmark 0 -> 77");
    add("metric = 50", "~ metric 0 -> 50");
    add("route_protocol = 141", "~ route_protocol 138 -> 141");
    add("rule_priority = 2000", "~ rule_priority");
    add("table = 4000", "~ table 1138 -> 4000");
    Lab.await(
        5_000,
        "routes in the other table",
        () -> {
          String routes = on("ip", "route", "show", "table", "4000");
          return routes.contains("10.2.0.0/24 dev tun0 proto 141") && routes.contains("metric 50");
        });
    Lab.await(
        5_000,
        "nothing in the old places",
        () ->
            s.a.host().run("ip", "route", "show", "table", "1138").out().isBlank()
                && s.a.host().run("ip", "-6", "route", "show", "table", "1138").out().isBlank()
                && s.a.host().run("ip", "route", "show", "table", "1138024").out().isBlank()
                && !on("ip", "rule", "show").contains("lookup 1138"));
    String rules = on("ip", "rule", "show");
    assertTrue(rules.contains("lookup 4000") && rules.contains("lookup 4000024"), rules);

    reload("(?m)^listen = .*", "listen = [\"0.0.0.0:1999\"]", "~ listen ");
    Lab.await(5_000, "the peer has moved", () -> endpoint().equals("192.0.2.1:1999"));
    String sockets = on("ss", "-Hulpn");
    assertFalse(sockets.contains(":1138 "), sockets);
    reload("(?m)^listen = .*", "listen = [\"192.0.2.1:1999\", \"[::]:1138\"]", "~ listen ");
    sockets = on("ss", "-Hulpn");
    assertTrue(sockets.contains("192.0.2.1:1999"), sockets);
    assertFalse(sockets.contains("0.0.0.0:1999"), sockets);
    add("suites = [\"x25519-aes256gcm\", \"x25519-mlkem768-aes256gcm\"]", "~ suites ");
    add("vhosts = [\"www.example.net\"]", "~ vhosts ");

    double there = pings.longest();
    double home = back.longest();
    System.out.printf("longest gap of a 10 ms ping: %.3f s out, %.3f s in%n", there, home);
    assertTrue(there < 1 && home < 1, there + " and " + home);
    assertTrue(s.a.up(s.b) && s.b.up(s.a));
    assertFalse(s.b.log().contains(" down"), s.b.log());
    assertFalse(s.a.log().contains(" down"), s.a.log());
  }

  private String endpoint() {
    return s.b.show("gw-a").path("endpoint").asText();
  }

  /** One of them is refused: none takes effect. */
  @Test
  void allOrNothing() throws Exception {
    String before = Files.readString(s.a.configFile());
    s.a.host().start(s.file("socat"), "socat", "-u", "UDP4-RECV:1555", "STDOUT");
    Lab.await(5_000, "socat", () -> on("ss", "-Hulpn").contains(":1555"));
    Files.writeString(
        s.a.configFile(),
        before
            .replaceFirst("listen = .*", "listen = [\"0.0.0.0:1555\"]")
            .replaceFirst("mtu = 1400", "mtu = 1300"));
    Command.Result r = s.a.ipae("reload");
    assertEquals(1, r.exit(), r.out());
    assertTrue(r.err().contains("UDP port 1555 on 0.0.0.0 is in use by another program"), r.err());
    assertTrue(on("ip", "link", "show", "tun0").contains("mtu 1400"));
    assertTrue(on("ss", "-Hulpn").contains("0.0.0.0:1138"));
    Files.writeString(s.a.configFile(), before.replaceFirst("\\A", "lanes = 3\n"));
    for (int i = 0; i < 2; i++) { // what waits is told until it is there
      String out = s.a.ipae("reload").out();
      assertTrue(out.contains("-> 3 (takes effect after a restart)"), out);
    }
    s.lanA.must("ping", "-n", "-c", "3", "-i", "0.2", "10.2.0.2");
  }

  @Test
  void aTcpConnectionSurvivesManyReloads() throws Exception {
    s.lanB.start(s.file("server"), "iperf3", "-s", "-1");
    s.lanB.awaitListening(5201);
    Path out = s.file("flow");
    String text = Files.readString(s.a.configFile());
    String other =
        text.replaceFirst("listen = .*", "listen = [\"0.0.0.0:1999\", \"[::]:1138\"]")
            .replaceFirst("addresses = .*", "addresses = [\"10.255.0.9/32\"]")
            .replaceFirst("mtu = 1400", "mtu = 1300")
            .replaceFirst("\\A", "table = 4000\nfwmark = 77\n");
    int seconds = 2 + RELOADS / 2;
    Process flow = s.lanA.start(out, "iperf3", "-c", "10.2.0.2", "-t", "" + seconds, "-b", "20M");
    reloads(16, text, other); // what is compiled and allocated once is there
    long files = descriptors(s.a);
    long memory = resident(s.a);
    reloads(RELOADS, text, other);
    System.out.printf(
        "%d reloads: descriptors %d -> %d, resident %d -> %d KiB%n",
        RELOADS, files, descriptors(s.a), memory, resident(s.a));
    assertTrue(flow.waitFor(seconds + 30, TimeUnit.SECONDS), "iperf3 ends");
    assertEquals(0, flow.exitValue(), () -> read(out));
    assertEquals(files, descriptors(s.a));
    assertTrue(resident(s.a) - memory < 16_384, memory + " and " + resident(s.a));
    System.out.println(
        read(out).lines().filter(l -> l.contains("receiver")).findFirst().orElse(""));
  }

  private void reloads(int count, String one, String other) throws Exception {
    for (int i = 0; i < count; i++) {
      long before = said(s.a);
      Files.writeString(s.a.configFile(), i % 2 == 0 ? other : one);
      Command.must("kill", "-HUP", "" + s.a.process().pid());
      Lab.await(10_000, "reload " + i, () -> said(s.a) > before);
      Thread.sleep(100);
    }
  }

  private static long said(Gateway g) {
    return g.log().lines().filter(l -> l.contains("reload: ~ listen")).count();
  }

  private static long descriptors(Gateway g) throws IOException {
    try (var all = Files.list(Path.of("/proc/" + g.process().pid() + "/fd"))) {
      return all.count();
    }
  }

  /** KiB. */
  private static long resident(Gateway g) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + g.process().pid() + "/status")).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
