// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.dns.Hierarchy;
import org.ipae.lab.dns.NamedSites;
import org.ipae.lab.dns.Zone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that know only each other's names, in {@link NamedSites}. */
@Tag("once")
@Timeout(180)
class PeersByNameLabTest {
  private static final String A = "gw-a.good.net";
  private static final String B = "gw-b.good.net";

  /** Seconds that the records of gw-b hold. */
  private static final int SHORT = 4;

  private static final String OTHER = Gateway.nobodysKey(new Random(5));

  /** The zone good.net with these keys of gw-b. */
  private static Zone good(Gateway a, List<String> keysOfB) {
    return Zone.of(
        "good.net.",
        NamedSites.records(A, List.of(a.publicKey()), NamedSites.A, 300)
            + NamedSites.records(B, keysOfB, NamedSites.B, SHORT));
  }

  private static String dns(Gateway g, String peer) {
    var said = g.show(peer).path("dns");
    return said.path("verdict").asText() + " " + said.path("reason").asText();
  }

  private static boolean has(Gateway g, String peer, String key) {
    return g.show(peer).path("public_keys").toString().contains(key);
  }

  @Test
  void nobodyCopiesAKey() throws Exception {
    try (Lab lab = new Lab()) {
      NamedSites s = NamedSites.in(lab);
      Gateway a = Gateway.on(lab, s.a()).tun("addresses = [\"10.255.0.1/32\"]");
      Gateway b = Gateway.on(lab, s.b()).tun("addresses = [\"10.255.0.2/32\"]");
      Zone open = Zone.of("open.net.", "_ipae._udp.gw IN SRV 10 0 1138 x", Zone.Flaw.UNSIGNED);
      Hierarchy net = new Hierarchy(lab, s.dns(), List.of(good(a, List.of(b.publicKey())), open));
      NamedSites.believes(a, net.anchor());
      NamedSites.believes(b, net.anchor());
      a.write().start().ready();
      b.peer(A, "", "", "", List.of("10.255.0.1/32")).start().ready();
      Lab.await(10_000, "b knows a", () -> has(b, A, a.publicKey()));
      added(a, b);
      withdrawn(net, a, b);
      startsWithoutDns(b);
      refusedNames(a);
      keyOfBoth(net, a, b);
      pinned(net, a, b);
    }
  }

  private static void added(Gateway a, Gateway b) throws Exception {
    Command.Result asked = a.ipae("add", B, "10.255.0.2/32");
    assertEquals(1, asked.exit(), "nobody can be asked");
    assertTrue(asked.err().contains("repeat it with --yes"), asked.err());
    long since = System.nanoTime();
    Command.Result added = a.ipae("add", "--yes", B, "10.255.0.2/32");
    assertEquals(0, added.exit(), added.toString());
    assertTrue(added.out().contains(B + ": secure"), added.out());
    assertTrue(added.out().contains(b.publicKey()), added.out());
    Lab.await(10_000, "a ping", () -> a.host().pings("10.255.0.2", 1, 1) == 1);
    System.out.printf(
        "add to the first ping, with the start of a command: %d ms%n",
        (System.nanoTime() - since) / 1_000_000);
    assertEquals("secure ", dns(a, B).replace("null", ""));
    assertTrue(a.ipae("show", B).out().contains("DNS: secure; keys good for "), a.log());
  }

  /** The key of b goes and comes: a live session stays, and calls end with the key. */
  private static void withdrawn(Hierarchy net, Gateway a, Gateway b) throws Exception {
    net.change(good(a, List.of(OTHER)));
    Lab.await(20_000, "another key", () -> has(a, B, OTHER) && !has(a, B, b.publicKey()));
    assertEquals(5, a.host().pings("10.255.0.2", 5, 0.1), "the session that is up goes on");
    net.change(good(a, List.of(OTHER, b.publicKey())));
    Lab.await(20_000, "both keys", () -> has(a, B, OTHER) && has(a, B, b.publicKey()));
    b.stop();
    b.start().ready();
    // b calls; at a its address is that of gw-b, whose key may have changed meanwhile.
    Lab.await(20_000, "up again", () -> b.host().pings("10.255.0.1", 1, 1) == 1);
  }

  private static void startsWithoutDns(Gateway b) throws Exception {
    b.stop();
    b.host()
        .must(
            "nft",
            "table inet d { chain o { type filter hook output priority 0; udp dport 53 drop; tcp"
                + " dport 53 drop; }; }");
    b.start().ready();
    Lab.await(10_000, "without DNS", () -> b.host().pings("10.255.0.1", 1, 1) == 1);
    b.host().must("nft", "delete", "table", "inet", "d");
  }

  private static void refusedNames(Gateway a) throws IOException {
    for (String name : List.of("nowhere.good.net", "gw.open.net")) {
      Command.Result r = a.ipae("add", "--yes", name, "10.77.0.0/24");
      assertEquals(1, r.exit(), r.toString());
      assertTrue(r.err().contains("DNS has no secure key of " + name), r.err());
      assertFalse(a.show().path("peers").toString().contains(name));
    }
  }

  /** A second name with a key of b: the first one keeps it. */
  private static void keyOfBoth(Hierarchy net, Gateway a, Gateway b) throws Exception {
    String both = "gw-c.good.net";
    Zone z = good(a, List.of(b.publicKey()));
    net.change(
        Zone.of(
            z.name(),
            z.records() + NamedSites.records(both, List.of(b.publicKey()), NamedSites.B, SHORT)));
    Lab.await(20_000, "the name", () -> a.ipae("dns", "lookup", both).exit() == 0);
    assertEquals(0, a.ipae("add", "--yes", both, "10.78.0.0/24").exit());
    Lab.await(10_000, "looked up", () -> dns(a, both).startsWith("secure"));
    assertTrue(dns(a, both).endsWith("key " + b.publicKey() + " is that of " + B), dns(a, both));
    assertEquals(0, a.show(both).path("public_keys").size());
    assertEquals(1, a.host().pings("10.255.0.2", 1, 1));
    assertFalse(a.ipae("check").out().contains("secure in DNS"), "every name has one");
    net.change(good(a, List.of()));
    Lab.await(20_000, "none", () -> a.ipae("dns", "lookup", B).exit() == 1);
    String warned = a.ipae("check").out();
    assertTrue(
        warned.contains(
            "warning: peer " + B + " has no key that is secure in DNS: absent, no such"),
        warned);
  }

  private static Zone open(String key) {
    return Zone.of(
        "open.net.",
        NamedSites.records("gw2.open.net", List.of(key), NamedSites.B, SHORT),
        Zone.Flaw.UNSIGNED);
  }

  /** A zone that is not signed, where the administrator accepts that. */
  private static void pinned(Hierarchy net, Gateway a, Gateway b) throws Exception {
    String name = "gw2.open.net";
    net.change(open(b.publicKey()));
    String config = Files.readString(a.configFile());
    Files.writeString(a.configFile(), config.replace("[dns]\n", "[dns]\ndnssec = \"prefer\"\n"));
    Command.Result reloaded = a.ipae("reload");
    assertTrue(reloaded.out().contains("~ dns.dnssec require -> prefer"), reloaded.toString());
    assertEquals("no key is pinned\n", a.ipae("pins", "list").out());
    Lab.await(20_000, "the name", () -> a.ipae("dns", "lookup", name).exit() == 0);
    Command.Result added = a.ipae("add", "--yes", name, "10.79.0.0/24");
    assertEquals(0, added.exit(), added.toString());
    assertTrue(
        added.err().contains("warning: the zone of " + name + " is not signed"), added.err());
    Lab.await(10_000, "pinned", () -> has(a, name, b.publicKey()));
    assertTrue(dns(a, name).startsWith("insecure not authenticated: "), dns(a, name));
    Lab.await(
        10_000,
        "kept",
        () -> a.ipae("pins", "list").out().equals(name + ": " + b.publicKey() + "\n"));
    net.change(open(OTHER));
    Lab.await(20_000, "refused", () -> dns(a, name).contains("not what was pinned on first use"));
    assertFalse(has(a, name, OTHER));
    assertEquals(1, a.ipae("pins", "clear", "nobody.net").exit());
    assertEquals(0, a.ipae("pins", "clear", name).exit());
    Lab.await(10_000, "the other key", () -> has(a, name, OTHER));
    Files.writeString(
        a.configFile(), Files.readString(a.configFile()).replace("\"prefer\"", "\"require\""));
    assertEquals(0, a.ipae("reload").exit());
    assertEquals(0, a.show(name).path("public_keys").size(), "what is pinned is not used");
  }
}
