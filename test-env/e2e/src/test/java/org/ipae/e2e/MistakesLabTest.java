// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.ipae.lab.Command;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What an operator is told.
 *
 * <pre>
 * gw, other             no cable: what a daemon says that cannot start
 * lan-a -- gw-a == mid == gw-b -- lan-b    with a wrong key, suite, route; stranger, third: keys only
 * </pre>
 */
@Tag("once")
class MistakesLabTest {

  private static String oneLine(Command.Result r) {
    assertFalse(r.exit() == 0, r.out());
    assertEquals(1, r.err().strip().lines().count(), r.err());
    return r.err().strip();
  }

  @Test
  void aBusyPortATakenInterfaceAndAReadableKeyAreToldInOneLineEach() throws Exception {
    try (Lab lab = new Lab()) {
      Gateway g = Gateway.on(lab, lab.host("gw")).write();
      g.start();
      Lab.await(5_000, "ready", () -> g.log().contains("ready"));

      Gateway same = Gateway.on(lab, lab.host("other"));
      same.write();
      String text = Files.readString(same.configFile());
      Files.writeString(
          g.configFile(), Files.readString(g.configFile()).replace("ipae.sock", "second.sock"));
      String busy = oneLine(g.ipae("run"));
      assertTrue(busy.contains("1138") && busy.contains("in use"), busy);

      Files.writeString(
          g.configFile(),
          Files.readString(g.configFile()).replace("[tun]", "listen = [\"0.0.0.0:1139\"]\n[tun]"));
      String taken = oneLine(g.ipae("run"));
      assertTrue(taken.contains("tun0") && taken.contains("EBUSY"), taken);

      Files.setPosixFilePermissions(same.keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
      String readable = oneLine(same.ipae("run"));
      assertTrue(readable.contains("chmod 600"), readable);
      assertTrue(text.contains("private_key"));
    }
  }

  @Test
  void aMissingTunDeviceAndAMissingCapabilityAreToldInOneLineEach() {
    try (Lab lab = new Lab()) {
      Gateway g = Gateway.on(lab, lab.host("gw")).write();
      String bin = Distribution.given().program();
      String capability =
          oneLine(
              g.host()
                  .run(
                      "setpriv",
                      "--bounding-set=-net_admin",
                      "--inh-caps=-all",
                      bin,
                      "run",
                      "--config",
                      g.configFile().toString()));
      assertTrue(capability.contains("CAP_NET_ADMIN"), capability);
      String missing =
          oneLine(
              g.host()
                  .run(
                      "unshare",
                      "-m",
                      "sh",
                      "-c",
                      "mount -t tmpfs tmpfs /dev/net && exec "
                          + bin
                          + " run --config "
                          + g.configFile()));
      assertTrue(missing.contains("/dev/net/tun") && missing.contains("modprobe tun"), missing);
    }
  }

  @Test
  void aWrongKeyIsShownOnBothSides() {
    try (TwoSites s = new TwoSites()) {
      // a believes that b has a's own spare key.
      Gateway stranger = Gateway.on(s.lab, s.lab.host("stranger"));
      s.a.peer("gw-b", stranger.publicKey(), "198.51.100.1", "", TwoSites.LAN_B);
      s.b.peer(s.a, "192.0.2.1", "", TwoSites.LAN_A);
      s.start();
      s.a.ready();
      Lab.await(10_000, "told", () -> s.a.log().contains(" peer gw-b: no answer, or the key"));
      assertEquals("no_answer", s.a.show("gw-b").path("state").asText());
      Lab.await(
          5_000,
          "b counts unreadable requests",
          () -> s.b.show("gw-a").path("unreadable_requests").asLong() > 0);
      assertTrue(s.a.ipae("show").out().contains("no answer, or the key"), "text says it");
    }
  }

  @Test
  void aHostWithoutAWayToItsPeerSaysSo() {
    try (TwoSites s = new TwoSites()) {
      s.direct();
      s.a.host().must("ip", "route", "del", "default");
      s.start();
      Lab.await(
          5_000, "no route", () -> s.a.show("gw-b").path("state").asText().equals("no_route"));
      assertTrue(s.a.ipae("show").out().contains("no route to its endpoint"), "text says it");
      s.a.host().must("ip", "route", "add", "default", "via", "192.0.2.254");
      Lab.await(15_000, "up", () -> s.a.show("gw-b").path("state").asText().equals("up"));
    }
  }

  @Test
  void aFirewallRuleOfThisHostIsNamedAtOnce() {
    try (TwoSites s = new TwoSites()) {
      s.direct();
      s.a
          .host()
          .must(
              "nft",
              "table inet f { chain o { type filter hook output priority 0; udp dport 1138 drop; };"
                  + " }");
      s.start();
      s.a.ready();
      Lab.await(
          3_000, "refused", () -> s.a.show("gw-b").path("state").asText().equals("send_refused"));
      assertEquals("EPERM", s.a.show("gw-b").path("send_error").asText());
      String show = s.a.ipae("show").out();
      assertTrue(show.contains("this host's kernel refuses to send to it"), show);
      assertTrue(show.contains("send_refused: EPERM"), show);
      assertTrue(s.a.log().contains("refuses to send to it (198.51.100.1:1138, EPERM)"), s.a.log());
      s.a.host().must("nft", "delete", "table", "inet", "f");
      Lab.await(6_000, "up", () -> s.a.show("gw-b").path("state").asText().equals("up"));
    }
  }

  @Test
  void aPeerThatDoesNotKnowThisHostSaysSo() {
    try (TwoSites s = new TwoSites()) {
      s.a.peer(s.b, "198.51.100.1", "", TwoSites.LAN_B);
      s.start();
      Lab.await(10_000, "policy", () -> s.a.show("gw-b").path("state").asText().equals("policy"));
    }
  }

  @Test
  void suitesThatDoNotMeetAreShown() {
    try (TwoSites s = new TwoSites()) {
      s.a.top("suites = [\"x25519-aes256gcm\"]");
      s.direct();
      s.start();
      s.a.ready();
      s.b.ready();
      // Nothing proves who has answered, so this is told when the attempt of 8 s is over.
      Lab.await(10_000, "told", () -> s.a.log().contains(" peer gw-b: no suite in common"));
      assertEquals("suites", s.a.show("gw-b").path("state").asText());
    }
  }

  @Test
  void peersAreAddedAndRemovedInARunningDaemonAndTheOthersStayUp() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      long sessions = s.a.show("gw-b").path("sessions").asLong();
      Gateway third = Gateway.on(s.lab, s.lab.host("third"));
      Command.Result add =
          s.a.ipae(
              "add",
              "gw-c",
              "10.3.0.0/24",
              "--key",
              third.publicKey(),
              "--endpoint",
              "198.51.100.9");
      assertEquals(0, add.exit(), add.err());
      assertTrue(
          s.a.host().must("ip", "route", "show", "table", "1138").contains("10.3.0.0/24 dev tun0"),
          "route set");
      assertEquals(2, s.a.show().path("peers").size());
      Command.Result wrong = s.a.ipae("add", "gw-d", "10.3.0.0/24", "--key", third.publicKey());
      assertEquals(1, wrong.exit());
      Command.Result remove = s.a.ipae("remove", "gw-c");
      assertEquals(0, remove.exit(), remove.err());
      assertFalse(
          s.a.host().must("ip", "route", "show", "table", "1138").contains("10.3.0.0/24"),
          "route gone");
      assertEquals(sessions, s.a.show("gw-b").path("sessions").asLong(), "gw-b stayed up");
      Command.Result ping = s.a.ipae("ping", "gw-b", "-c", "2", "-i", "0.1");
      assertEquals(0, ping.exit(), ping.err());
      assertTrue(ping.out().contains("ms"), ping.out());
      Files.writeString(
          s.a.configFile(),
          Files.readString(s.a.configFile()).replace("\"10.2.0.0/24\"", "\"10.2.0.0/23\""));
      Command.Result dry = s.a.ipae("reload", "--dry-run");
      assertTrue(dry.out().contains("10.2.0.0/23"), dry.out());
      assertFalse(
          s.a.host().must("ip", "route", "show", "table", "1138").contains("10.2.0.0/23"),
          "dry run changes nothing");
    }
  }
}
