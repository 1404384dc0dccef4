// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;

/**
 * Two gateways on one cable, a LAN host behind each. Every subject has LANs of its own, with the
 * same hops, and a route of its own between the gateways.
 *
 * <pre>
 *          lan-a          gw-a                      gw-b          lan-b
 *           eth0 -------- lan  wan ============ wan  lan -------- eth0
 *                              192.0.2.1   192.0.2.2
 * IPAE      10.1.0.2      tun0      UDP 1138       tun0           10.2.0.2
 * none      10.11.0.2          no interface                       10.12.0.2
 * relay     10.21.0.2     relay0    UDP 11380      relay0         10.22.0.2
 * wireguard 10.31.0.2     wgb...    UDP 51820      wgb...         10.32.0.2
 * </pre>
 */
public final class Sites implements AutoCloseable {
  /** Seconds after which a program that measures is ended. */
  private static final String TIMEOUT = "40";

  private final Lab lab = new Lab();
  private final Host lanA;
  private final Host lanB;
  private final Host gwA;
  private final Host gwB;

  public Sites() {
    try {
      lanA = lab.host("lan-a");
      lanB = lab.host("lan-b");
      gwA = lab.host("gw-a");
      gwB = lab.host("gw-b");
      lab.cable(lanA, "eth0", gwA, "lan");
      lab.cable(gwA, "wan", gwB, "wan");
      lab.cable(gwB, "lan", lanB, "eth0");
      gwA.address("wan", wan(1) + "/24");
      gwB.address("wan", wan(2) + "/24");
    } catch (RuntimeException | Error e) {
      lab.close();
      throw e;
    }
  }

  public Lab lab() {
    return lab;
  }

  public Host lanA() {
    return lanA;
  }

  public Host lanB() {
    return lanB;
  }

  /** The gateway of a side, 1 or 2. */
  public Host gateway(int side) {
    return side == 1 ? gwA : gwB;
  }

  /** The address of a gateway on the cable between. */
  public static String wan(int side) {
    return "192.0.2." + side;
  }

  /** Gives a subject its LANs: addresses of both ends, and the routes of the LAN hosts. */
  void connect(Subject s) {
    for (int side = 1; side <= 2; side++) {
      Host lan = side == 1 ? lanA : lanB;
      String own = s.lan(side);
      gateway(side).address("lan", own + ".1/24");
      lan.address("eth0", own + ".2/24");
      lan.must(
          "ip", "route", "add", s.lan(3 - side) + ".0/24", "via", own + ".1", "src", own + ".2");
    }
  }

  /** Sends packets for the other side's LAN of a subject into an interface that it makes. */
  void routeInto(Subject s, int side, String link) {
    Host gw = gateway(side);
    Lab.await(
        5_000,
        s.column().title() + " makes " + link,
        () -> gw.run("ip", "link", "set", link, "mtu", "1420", "up").exit() == 0);
    gw.must("ip", "route", "add", s.lan(3 - side) + ".0/24", "dev", link);
  }

  public Path file(String name) {
    return lab.directory().resolve(name);
  }

  /** Text of such a file. */
  public String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program that measures on a host, with a limit of time, and returns what it prints. */
  public String measure(Host host, String... command) {
    List<String> all = new ArrayList<>(List.of("timeout", "-k", "2", TIMEOUT));
    all.addAll(List.of(command));
    return host.must(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    lab.close();
  }
}
