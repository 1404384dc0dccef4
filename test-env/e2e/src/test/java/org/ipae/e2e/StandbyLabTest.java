// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.ipae.lab.Gaps;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.Numbers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two gateways with one key and one address, which keepalived moves, inside and outside together.
 *
 * <pre>
 *                     b1 .11 --+-- server 10.2.0.10
 * a 198.51.100.2 --+--         |   10.255.0.1 by 10.2.0.254
 *                     b2 .12 --+
 *          198.51.100.10 and 10.2.0.254 on one of them
 * </pre>
 */
@Tag("once")
@Timeout(120)
class StandbyLabTest {
  private static final String OUTSIDE = "198.51.100.10";

  /** How the address leaves b1. */
  enum End {
    /** The host is gone. */
    CRASH,
    /** Both daemons are stopped in order. */
    STOP,
    /** b1 lives on, with another address. */
    DEMOTION
  }

  private Lab lab;
  private Host wan;
  private Host server;
  private Gateway a;
  private Gateway b1;
  private Gateway b2;

  @BeforeEach
  void wire() throws IOException {
    lab = new Lab();
    wan = bridge("wan");
    server = bridge("server");
    server.address("bridge", "10.2.0.10/24").route("10.255.0.1/32", "10.2.0.254");
    Host near = lab.host("a");
    plug(near, "wan", wan);
    near.address("wan", "198.51.100.2/24");
    a = Gateway.on(lab, near).tun("addresses = [\"10.255.0.1/32\"]");
    b1 = gateway("b1", 11);
    b2 = gateway("b2", 12);
    Files.copy(b1.keyFile(), b2.keyFile(), StandardCopyOption.REPLACE_EXISTING);
    a.peer("b", b1.publicKey(), OUTSIDE, "", List.of("10.2.0.0/24"));
  }

  private Host bridge(String name) {
    Host h = lab.host(name);
    h.must("ip", "link", "add", "bridge", "type", "bridge");
    h.must("ip", "link", "set", "bridge", "up");
    return h;
  }

  private void plug(Host h, String link, Host bridge) {
    String port = "to-" + h.name();
    lab.cable(h, link, bridge, port);
    bridge.must("ip", "link", "set", "dev", port, "master", "bridge");
  }

  private Gateway gateway(String name, int n) {
    Host h = lab.host(name);
    plug(h, "wan", wan);
    plug(h, "lan", server);
    h.address("wan", "198.51.100." + n + "/24").address("lan", "10.2.0." + n + "/24");
    Gateway g = Gateway.on(lab, h).top("listen = [\"" + OUTSIDE + ":1138\"]");
    return g.peer(a, "", "", "10.255.0.1/32");
  }

  @AfterEach
  void unwire() {
    lab.close();
  }

  private Path file(String name) {
    return lab.directory().resolve(name);
  }

  private Process keepalived(Gateway g, int priority) throws IOException {
    String name = g.host().name();
    Files.writeString(file(name + ".track"), "0\n");
    Files.writeString(
        file(name + ".conf"),
        """
        global_defs {
          vrrp_version 3
        }
        vrrp_track_file demotion {
          file %s
          weight 1
        }
        vrrp_instance pair {
          state BACKUP
          interface wan
          virtual_router_id 51
          priority %d
          advert_int 0.2
          virtual_ipaddress {
            198.51.100.10/24 dev wan
            10.2.0.254/24 dev lan
          }
          track_file {
            demotion
          }
        }
        """
            .formatted(file(name + ".track"), priority));
    return g.host()
        .start(
            file(name + ".keepalived"),
            "keepalived",
            "-n",
            "-l",
            "-P",
            "-f",
            file(name + ".conf").toString(),
            "-p",
            file(name + ".pid").toString(),
            "-r",
            file(name + ".vrrp.pid").toString());
  }

  private static boolean has(Gateway g) {
    return g.host().must("ip", "-4", "addr", "show", "dev", "wan").contains(OUTSIDE);
  }

  private static double now() {
    return System.currentTimeMillis() / 1_000.0;
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void peersAreBackWithinASecondOfTheAddress(End end) throws Exception {
    b1.start().ready();
    b2.start().ready();
    assertTrue(b2.log().contains("this host does not have that address now"), b2.log());
    Process first = keepalived(b1, 100);
    Lab.await(10_000, "b1 has the address", () -> has(b1));
    keepalived(b2, 50);
    a.start().ready();
    Lab.await(15_000, "traffic", () -> a.host().pings("10.2.0.10", 1, 1) == 1);
    Gaps pings = Gaps.of(a.host(), "10.2.0.10", file("ping"));
    Numbers numbers = Numbers.of(a.host(), server, "10.2.0.10", lab.directory());
    Thread.sleep(2_000);

    switch (end) {
      case CRASH -> {
        first.descendants().forEach(ProcessHandle::destroyForcibly);
        first.destroyForcibly();
        b1.host().must("ip", "link", "set", "wan", "down");
        b1.host().must("ip", "link", "set", "lan", "down");
        b1.kill();
      }
      case STOP -> {
        first.destroy();
        b1.stop();
      }
      case DEMOTION -> Files.writeString(file("b1.track"), "-80\n");
    }
    Lab.await(10_000, "b2 has the address", () -> has(b2));
    double moved = now();
    Thread.sleep(4_000);
    assertTrue(b2.show("a").path("up").asBoolean(), "b2 serves");
    double gap = pings.longest();
    double took = pings.end().stream().filter(at -> at >= moved).findFirst().orElseThrow() - moved;
    assertTrue(gap <= 3, "longest gap " + gap + " s");
    assertTrue(took <= 1, "back " + took + " s after the address");
    numbers.end(100);
    System.out.printf(
        "%s: longest gap of a ping each 10 ms %.2f s, back %.2f s after the address%n",
        end, gap, took);
  }
}
