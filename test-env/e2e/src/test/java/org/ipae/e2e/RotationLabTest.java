// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ipae.lab.Command;
import org.ipae.lab.Gaps;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.dns.Hierarchy;
import org.ipae.lab.dns.Live;
import org.ipae.lab.dns.NamedSites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two gateways that know only each other's names, in {@link NamedSites}, change their keys, in a
 * zone that BIND signs.
 */
@Tag("once")
@Timeout(300)
class RotationLabTest {
  private static final String A = "gw-a.live.net";
  private static final String B = "gw-b.live.net";

  private final Lab lab = new Lab();
  private Host dns;
  private Live live;
  private Gateway a;
  private Gateway b;

  @BeforeEach
  void upByNames() throws IOException {
    NamedSites s = NamedSites.in(lab);
    dns = s.dns();
    live = new Live(lab, dns, "live.net.");
    Hierarchy net = new Hierarchy(lab, dns, List.of(), live.delegation());
    a = Gateway.on(lab, s.a(), A).tun("addresses = [\"10.255.0.1/32\"]");
    b = Gateway.on(lab, s.b(), B).tun("addresses = [\"10.255.0.2/32\"]");
    for (Gateway g : List.of(a, b)) {
      NamedSites.believes(g, net.anchor());
      g.dns("update_key = \"" + live.updateKey() + "\"\nttl = 2\ngrace = 2");
    }
    a.peer(B, "", "", "", List.of("10.255.0.2/32")).write();
    b.peer(A, "", "", "", List.of("10.255.0.1/32")).write();
    List<String> grants = new ArrayList<>(List.of("update-policy {"));
    for (Gateway g : List.of(a, b)) {
      g.ipae("dns", "show")
          .out()
          .lines()
          .filter(l -> l.startsWith("  grant "))
          .forEach(grants::add);
    }
    grants.add("};");
    live.serve(grants);
    for (Gateway g : List.of(a, b)) {
      Command.Result r = g.ipae("dns", "publish");
      assertEquals(0, r.exit(), r.toString());
    }
    a.start().ready();
    b.start().ready();
    Lab.await(20_000, "a ping", () -> a.host().pings("10.255.0.2", 1, 1) == 1);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static String key(Gateway g) {
    return g.show().path("public_key").asText();
  }

  private static String step(Gateway g) {
    return g.show().path("key_change").path("step").asText("");
  }

  /** Files beside the private key, and what the state directory says. */
  private static void assertOver(Gateway g) throws IOException {
    for (String f : List.of(".next", ".retiring")) {
      assertFalse(
          Files.exists(g.keyFile().resolveSibling("host.key" + f)), "host.key" + f + " is left");
    }
  }

  @Test
  void bothChangeTheirKeysTwiceOnceByHandAndNothingStalls() throws Exception {
    Set<String> keys = new HashSet<>(List.of(key(a), key(b)));
    Gaps pings = Gaps.of(a.host(), "10.255.0.2", lab.directory().resolve("pings"));
    for (boolean byHand : List.of(false, true)) {
      long since = System.nanoTime();
      if (byHand) {
        String config = Files.readString(b.configFile());
        Files.writeString(b.configFile(), config.replaceAll("update_key.*", ""));
        assertEquals(0, b.ipae("reload").exit());
      }
      for (Gateway g : List.of(a, b)) {
        Command.Result r = g.ipae("key", "rotate");
        assertEquals(0, r.exit(), r.toString());
        assertTrue(r.out().startsWith("next key: k1"), r.out());
      }
      if (byHand) {
        byHand();
      }
      assertTrue(a.ipae("key", "rotate").err().contains("a change of keys is under way: "));
      for (Gateway g : List.of(a, b)) {
        Lab.await(60_000, "the change of keys", () -> step(g).isEmpty());
        assertOver(g);
        assertTrue(keys.add(key(g)), "another key");
      }
      System.out.printf(
          "both keys changed in %d s, TTL and grace 2 s%n",
          (System.nanoTime() - since) / 1_000_000_000);
    }
    double longest = pings.longest();
    System.out.printf("longest gap of a 10 ms ping: %.3f s%n", longest);
    assertTrue(longest < 1, longest + " s");
    for (Gateway g : List.of(a, b)) {
      assertEquals(key(g), g.ipae("key", "show", g.keyFile().toString()).out().strip());
    }
    assertEquals(List.of(key(b)), keysAt(a, B));
    assertEquals(List.of(key(a)), keysAt(b, A));
    // What is left is what a restart needs.
    a.stop();
    a.start().ready();
    Lab.await(10_000, "up again", () -> a.host().pings("10.255.0.2", 1, 1) == 1);
  }

  private static List<String> keysAt(Gateway g, String peer) {
    List<String> out = new ArrayList<>();
    Lab.await(
        20_000,
        "one key",
        () -> {
          out.clear();
          g.show(peer).path("public_keys").forEach(k -> out.add(k.asText()));
          return out.size() == 1;
        });
    return out;
  }

  /** How far the file in the state directory says that it is: 0 before, 7 when it is over. */
  private static int progress(Gateway g, List<String> steps) {
    try {
      String said = Files.readString(g.stateDirectory().resolve("rotation.json"));
      for (int i = 0; i < steps.size(); i++) {
        if (said.contains("\"" + steps.get(i) + "\"")) {
          return i + 1;
        }
      }
      return steps.size() + 1;
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void killedAtEachStepItEndsAndThePeerIsReached() throws Exception {
    String before = key(a);
    List<String> steps =
        List.of("MADE", "PUBLISHING", "SPREADING", "CALLING", "WITHDRAWING", "FORGETTING");
    assertEquals(0, a.ipae("key", "rotate").exit());
    Set<String> killed = new TreeSet<>();
    for (int i = 1; i <= steps.size(); i++) {
      int due = i;
      Lab.await(60_000, steps.get(i - 1), () -> progress(a, steps) >= due);
      int at = progress(a, steps);
      killed.add(at <= steps.size() ? steps.get(at - 1) : "over");
      a.kill();
      a.start().ready();
      Lab.await(10_000, "reached", () -> b.host().pings("10.255.0.1", 1, 1) == 1);
    }
    System.out.println("killed in " + killed);
    Lab.await(60_000, "the change of keys", () -> step(a).isEmpty() && !key(a).equals(before));
    assertOver(a);
    assertEquals(List.of(key(a)), keysAt(b, A));
  }

  @Test
  void whatStopsItIsShown() throws Exception {
    live.deafenSecondary();
    String before = key(a);
    assertEquals(0, a.ipae("key", "rotate").exit());
    Lab.await(
        20_000,
        "trouble",
        () -> a.ipae("show").out().contains("name server ns5.net: without key k1"));
    assertEquals("publishing", step(a));
    assertEquals(before, key(a));
    Lab.await(20_000, "a log line", () -> a.log().contains("key change: name server ns5.net: "));
    assertTrue(a.ipae("show").out().contains("key change"), "since when and why");
    live.healSecondary();
    Lab.await(60_000, "goes on", () -> step(a).isEmpty());
    assertNotEquals(before, key(a));
  }

  /** Without a key for updates b waits for whoever enters the records. */
  private void byHand() throws IOException {
    String before = key(b);
    Lab.await(
        20_000, "waits", () -> b.ipae("show").out().contains("; enter what ipae dns show prints"));
    enter(b.ipae("dns", "show", "--nsupdate").out());
    Lab.await(60_000, "waits again", () -> step(b).equals("withdrawing"));
    assertNotEquals(before, key(b));
    enter(
        "update delete _ipae._udp.%1$s. SRV 10 0 1138 %2$s.%1$s.\nupdate delete %2$s.%1$s. A\nsend\n"
            .formatted(B, before));
  }

  private void enter(String commands) throws IOException {
    var file = lab.directory().resolve("commands");
    Files.writeString(file, "server " + Live.PRIMARY + "\n" + commands);
    b.host().must("nsupdate", "-k", live.updateKey().toString(), file.toString());
  }

  @Test
  void aHostThatSharesTheKeyTakesTheNextOneOver() throws Exception {
    Host third = lab.host("twin");
    lab.cable(third, "eth0", dns, "eth2");
    dns.address("eth2", "10.54.2.2/24");
    third.address("eth0", "10.54.2.1/24").route("0.0.0.0/0", "10.54.2.2");
    Gateway twin = Gateway.on(lab, third);
    twin.dns("resolvers = [\"" + Hierarchy.RESOLVER + "\"]");
    twin.dns(
        "trust_anchors = \"" + lab.directory().resolve("dns/root.ds") + "\"\nttl = 2\ngrace = 2");
    twin.write();
    Files.writeString(
        twin.configFile(),
        Files.readString(twin.configFile()).replace("name = \"twin\"", "name = \"" + A + "\""));
    Files.write(twin.keyFile(), Files.readAllBytes(a.keyFile()));
    twin.start().ready();
    assertEquals(key(a), key(twin));
    assertEquals(1, a.ipae("key", "export", "--next").exit(), "there is none");
    assertEquals(0, a.ipae("key", "rotate", "--hold").exit());
    assertEquals(0, a.ipae("key", "rotate", "--cancel").exit());
    assertOver(a);
    assertEquals(0, a.ipae("key", "rotate", "--hold").exit());
    String next = a.show().path("key_change").path("to").asText();
    var file = lab.directory().resolve("exported");
    Files.createFile(file);
    Command.must(List.of("chmod", "600", file.toString()));
    Files.writeString(file, a.ipae("key", "export", "--next").out());
    Command.Result imported = twin.ipae("key", "import", "--next", file.toString());
    assertEquals("next key: " + next + "\n", imported.out(), imported.toString());
    assertTrue(a.ipae("show").out().contains("held until ipae key rotate --continue"));
    assertEquals(0, a.ipae("key", "rotate", "--continue").exit());
    Lab.await(60_000, "both", () -> key(a).equals(next) && key(twin).equals(next));
    Lab.await(60_000, "over", () -> step(a).isEmpty() && step(twin).isEmpty());
    assertOver(a);
    assertOver(twin);
  }
}
