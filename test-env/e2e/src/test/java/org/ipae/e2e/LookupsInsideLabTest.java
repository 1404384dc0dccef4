// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.ipae.lab.Capture;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.dns.Hierarchy;
import org.ipae.lab.dns.NamedSites;
import org.ipae.lab.dns.Zone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway asks a name server behind its peer for everything but that peer. */
@Tag("once")
@Timeout(120)
class LookupsInsideLabTest {
  private static final String A = "gw-a.good.net";
  private static final String B = "gw-b.good.net";
  private static final int SHORT = 3;

  @Test
  void noNameButThatOfThePeerIsSeenOutside() throws Exception {
    try (Lab lab = new Lab()) {
      NamedSites s = NamedSites.in(lab);
      Gateway a = Gateway.on(lab, s.a(), A).tun("addresses = [\"10.255.0.1/32\"]");
      Gateway b = Gateway.on(lab, s.b(), B).tun("addresses = [\"10.255.0.2/32\"]");
      StringBuilder records = new StringBuilder();
      records.append(NamedSites.records(A, List.of(a.publicKey()), NamedSites.A, SHORT));
      records.append(NamedSites.records(B, List.of(b.publicKey()), NamedSites.B, SHORT));
      // A zone of its own: a denial in good.net would name its neighbours.
      StringBuilder hidden = new StringBuilder("hidden-host 300 IN A 10.54.1.78\n");
      for (String name : List.of("hidden-1.far.net", "hidden-2.far.net")) {
        String key = Gateway.nobodysKey(new Random(name.hashCode()));
        hidden.append(NamedSites.records(name, List.of(key), "10.54.1.77", SHORT));
      }
      Zone far = Zone.of("far.net.", hidden.toString());
      Zone good = Zone.of("good.net.", records.toString());
      Hierarchy net = new Hierarchy(lab, s.dns(), List.of(good, far));
      s.dns().route("10.255.0.1/32", NamedSites.B); // what comes out of the tunnel is answered
      s.b().must("sysctl", "-qw", "net.ipv4.ip_forward=1");
      NamedSites.believes(b, net.anchor());
      a.dns(
          "resolvers = [\"%s\", \"%s via %s\"]".formatted(Hierarchy.RESOLVER, Hierarchy.JUDGE, B));
      a.dns("trust_anchors = \"" + net.anchor() + "\"");
      a.peer(B, "", "", "", List.of("10.255.0.2/32", Hierarchy.JUDGE + "/32")).write();
      b.peer(A, "", "", "", List.of("10.255.0.1/32")).write();
      a.start().ready();
      b.start().ready();
      Lab.await(20_000, "a ping", () -> s.a().pings("10.255.0.2", 1, 1) == 1);
      Capture outside = Capture.on(s.a(), "eth0", lab.directory().resolve("outside"), "port", "53");
      Capture inside = Capture.on(s.a(), "tun0", lab.directory().resolve("inside"), "port", "53");
      peer(a, "hidden-1.far.net", "10.81.0.0/24");
      secure(a, "hidden-1.far.net");
      Thread.sleep(2_000 * SHORT); // all are asked for again
      assertFalse(outside.text("-A").contains("hidden"), outside.text("-A"));
      assertTrue(outside.text("-A").contains("gw-b"), "that of the peer is");
      assertTrue(inside.text("-A").contains("hidden-1"), inside.text());
      assertFalse(inside.text("-A").contains("gw-b"), "not through itself");
      // An endpoint's host name goes the same way.
      Files.writeString(
          a.configFile(),
          "\n[[peer]]\nname = \"far\"\nkey = \""
              + Gateway.nobodysKey(new Random(8))
              + "\"\nendpoint = \"hidden-host.far.net\"\nroutes = [\"10.83.0.0/24\"]\n",
          StandardOpenOption.APPEND);
      assertEquals(0, a.ipae("reload").exit());
      Lab.await(
          10_000,
          "the endpoint",
          () -> a.show("far").path("endpoint").asText().startsWith("10.54.1.78"));
      assertFalse(outside.end().text("-A").contains("hidden"), "nothing outside");
      inside.end();
      // Without the peer all is asked outside.
      b.kill();
      Lab.await(30_000, "down", () -> !a.show(B).path("up").asBoolean(true));
      peer(a, "hidden-2.far.net", "10.82.0.0/24");
      secure(a, "hidden-2.far.net");
    }
  }

  private static void peer(Gateway a, String name, String prefix) throws Exception {
    Files.writeString(
        a.configFile(),
        "\n[[peer]]\nname = \"" + name + "\"\nroutes = [\"" + prefix + "\"]\n",
        StandardOpenOption.APPEND);
    Command.Result r = a.ipae("reload");
    assertEquals(0, r.exit(), r.toString());
  }

  private static void secure(Gateway a, String name) {
    Lab.await(
        15_000, name, () -> a.show(name).path("dns").path("verdict").asText().equals("secure"));
  }
}
