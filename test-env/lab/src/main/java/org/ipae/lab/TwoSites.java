// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.nio.file.Path;
import java.util.List;

/**
 * Two LANs, two gateways, and a host between them that relays with loss, delay and the like, or is
 * a plain router.
 *
 * <pre>
 * lan-a 10.1.0.2 - gw-a 192.0.2.1 - mid - 198.51.100.1 gw-b - 10.2.0.2 lan-b
 *       fd00:1::2       2001:db8:a::1      2001:db8:b::1       fd00:2::2
 * </pre>
 */
public final class TwoSites implements AutoCloseable {
  public static final List<String> LAN_A = List.of("10.1.0.0/24", "fd00:1::/64");
  public static final List<String> LAN_B = List.of("10.2.0.0/24", "fd00:2::/64");

  public final Lab lab = new Lab();
  public final Host lanA;
  public final Host lanB;
  public final Host mid;
  public final Gateway a;
  public final Gateway b;

  public TwoSites() {
    try {
      lanA = lab.host("lan-a");
      lanB = lab.host("lan-b");
      mid = lab.host("mid");
      a = Gateway.on(lab, lab.host("gw-a"));
      b = Gateway.on(lab, lab.host("gw-b"));
      connect(a.host(), b.host());
    } catch (RuntimeException | Error e) {
      lab.close();
      throw e;
    }
  }

  private void connect(Host gwA, Host gwB) {
    lab.cable(lanA, "eth0", gwA, "lan");
    lab.cable(gwA, "wan", mid, "side-a");
    lab.cable(mid, "side-b", gwB, "wan");
    lab.cable(gwB, "lan", lanB, "eth0");
    side(lanA, gwA, "a", 1, "192.0.2");
    side(lanB, gwB, "b", 2, "198.51.100");
    mid.address("side-b", "198.51.100.253/24");
  }

  private void side(Host lan, Host gw, String letter, int n, String wan) {
    lan.address("eth0", "10." + n + ".0.2/24").address("eth0", "fd00:" + n + "::2/64");
    gw.address("lan", "10." + n + ".0.1/24").address("lan", "fd00:" + n + "::1/64");
    lan.route("default", "10." + n + ".0.1").route("default", "fd00:" + n + "::1");
    gw.address("wan", wan + ".1/24").address("wan", "2001:db8:" + letter + "::1/64");
    mid.address("side-" + letter, wan + ".254/24")
        .address("side-" + letter, "2001:db8:" + letter + "::254/64");
    gw.route("default", wan + ".254").route("default", "2001:db8:" + letter + "::254");
  }

  /** Configures both as peers that reach each other through the router, and starts them. */
  public TwoSites direct() {
    a.peer(b, "198.51.100.1", "", LAN_B);
    b.peer(a, "192.0.2.1", "", LAN_A);
    return this;
  }

  /** The same over IPv6. */
  public TwoSites directIpv6() {
    a.peer(b, "2001:db8:b::1", "", LAN_B);
    b.peer(a, "2001:db8:a::1", "", LAN_A);
    return this;
  }

  /** Through a relay on the host between, with these options of {@link Relay}. */
  public Relay.Handle relayed(String... options) {
    a.peer(b, "192.0.2.254", "", LAN_B);
    b.peer(a, "198.51.100.254", "", LAN_A);
    return Relay.on(mid, lab, options);
  }

  public TwoSites start() {
    a.start();
    b.start();
    return this;
  }

  /** Both are up. */
  public TwoSites up() {
    start();
    Lab.await(15_000, "tunnel up", () -> a.up(b) && b.up(a));
    return this;
  }

  public Path file(String name) {
    return lab.directory().resolve(name);
  }

  @Override
  public void close() {
    lab.close();
  }
}
