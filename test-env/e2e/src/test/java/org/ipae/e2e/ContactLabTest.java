// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.LabFailure;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * One ping makes the contact: it waits for the session or goes as early data, and is answered by
 * the gateway itself. Spokes fall idle after each; one that has got another address has no cookie.
 *
 * <pre>
 * spoke-0 ==+
 * spoke-1 ==+== hub    rekey = 3: idle 4.5 s after a session without traffic was made
 *   ...   ==+
 * </pre>
 */
@Isolated("many daemons")
class ContactLabTest {
  private static final String HUB = "10.9.0.254";
  private static final String IDLE = "idle: no traffic";

  /** Contacts of each kind. */
  private static final int CONTACTS = Integer.getInteger("ipae.contacts", 5);

  private static final int SPOKES = Math.min(CONTACTS, 50);

  private final List<Gateway> spokes = new ArrayList<>();
  private final List<Integer> idles = new ArrayList<>();
  private int addresses;

  private static int idles(Gateway g) {
    return g.log().split(IDLE, -1).length - 1;
  }

  private static long icmp(Host h, String counter) {
    String[] lines =
        h.must("cat", "/proc/net/snmp")
            .lines()
            .filter(l -> l.startsWith("Icmp:"))
            .toArray(String[]::new);
    List<String> names = List.of(lines[0].split(" "));
    return Long.parseLong(lines[1].split(" ")[names.indexOf(counter)]);
  }

  private static Gateway spoke(Lab lab, Gateway hub, int i) {
    Host h = lab.host("spoke-" + i);
    h.must("sysctl", "-qw", "net.ipv4.conf.all.promote_secondaries=1");
    lab.cable(h, "wan", hub.host(), "w" + i);
    hub.host().address("w" + i, "172.16.%d.254/24".formatted(i));
    h.address("wan", address(i, 0));
    return Gateway.on(lab, h)
        .top("rekey = 3")
        .tun("addresses = [\"10.9.0.%d/32\"]".formatted(i + 1))
        .peer(hub, "172.16.%d.254".formatted(i), "", HUB + "/32");
  }

  private static String address(int spoke, int n) {
    return "172.16.%d.%d/24".formatted(spoke, 1 + n % 200);
  }

  private void awaitIdle(Gateway hub) {
    for (int i = 0; i < SPOKES; i++) {
      Gateway g = spokes.get(i);
      int before = idles.get(i);
      try {
        Lab.await(20_000, g.host().name() + " idle", () -> idles(g) > before);
      } catch (LabFailure e) {
        String name = g.host().name();
        throw new LabFailure(
            "%s:\n%s\n%s sees: %s\nhub sees: %s\ndrops of %s: %s\ndrops of hub: %s"
                .formatted(
                    e.getMessage(),
                    g.log(),
                    name,
                    g.show(hub.host().name()),
                    hub.show(name),
                    name,
                    g.show().path("drops"),
                    hub.show().path("drops")));
      }
      idles.set(i, idles(g));
    }
  }

  /** Each spoke sends one ping, all at once: each arrives once and is answered once. */
  private void contacts(Lab lab, Gateway hub, String what) throws InterruptedException {
    long arrived = icmp(hub.host(), "InEchos");
    List<Long> answered = spokes.stream().map(g -> icmp(g.host(), "InEchoReps")).toList();
    List<Process> pings = new ArrayList<>();
    for (Gateway g : spokes) {
      Path out = lab.directory().resolve("ping");
      pings.add(g.host().start(out, "ping", "-n", "-c", "1", "-W", "10", HUB));
    }
    for (Process p : pings) {
      p.waitFor();
    }
    awaitIdle(hub); // what would come twice has come
    assertEquals(SPOKES, icmp(hub.host(), "InEchos") - arrived, what + ": pings that arrived");
    for (int i = 0; i < SPOKES; i++) {
      Host h = spokes.get(i).host();
      assertEquals(1, icmp(h, "InEchoReps") - answered.get(i), what + ": answers to " + h.name());
    }
  }

  private void otherAddresses() {
    addresses++;
    for (int i = 0; i < SPOKES; i++) {
      Host h = spokes.get(i).host();
      h.address("wan", address(i, addresses));
      h.must("ip", "addr", "del", address(i, addresses - 1), "dev", "wan");
    }
  }

  private static long drops(JsonNode show, String reason) {
    return show.path("drops").path(reason).asLong();
  }

  @Test
  @Tag("once")
  void everyPingIsAnsweredOnceAndNoneIsDropped() throws InterruptedException {
    try (Lab lab = new Lab()) {
      Gateway hub =
          Gateway.on(lab, lab.host("hub")).top("rekey = 3").tun("addresses = [\"" + HUB + "/32\"]");
      for (int i = 0; i < SPOKES; i++) {
        spokes.add(spoke(lab, hub, i));
        hub.peer(spokes.get(i), "", "", "10.9.0.%d/32".formatted(i + 1));
        idles.add(0);
      }
      hub.start().ready();
      for (Gateway g : spokes) {
        g.start();
        if (spokes.indexOf(g) % 5 == 4) {
          g.ready(); // not all of them at once, for the sake of small machines
        }
      }
      awaitIdle(hub);
      int rounds = CONTACTS / SPOKES;
      for (int n = 0; n < rounds; n++) {
        contacts(lab, hub, "returning, round " + n);
      }
      long early = 0;
      for (Gateway g : spokes) {
        early += g.show(hub.host().name()).path("early_data_packets").asLong();
      }
      assertTrue(early > 0, "no returning ping came as early data");
      for (int n = 0; n < rounds; n++) {
        otherAddresses();
        contacts(lab, hub, "first, round " + n);
      }
      for (Gateway g : spokes) {
        assertEquals(0, drops(g.show(), "no_session"), g.host().name());
      }
      assertEquals(0, drops(hub.show(), "no_session"), "hub");
      System.out.printf(
          "%,d first contacts and %,d returning ones: each ping answered once, %,d came early%n",
          rounds * SPOKES, rounds * SPOKES, early);
    }
  }
}
