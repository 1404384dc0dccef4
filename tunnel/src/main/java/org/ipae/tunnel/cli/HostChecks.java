// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.Set;
import org.ipae.tun.Capabilities;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Footprint;
import org.ipae.tunnel.config.Openings;
import org.ipae.tunnel.config.Resolution;
import org.ipae.tunnel.config.RoutingTable;
import org.ipae.tunnel.host.KernelView;
import org.ipae.tunnel.host.RuleSupport;
import org.ipae.tunnel.host.Sysctl;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.wire.Endpoint;

/** Looks for whatever on this host would stop a valid configuration from working. */
final class HostChecks {
  private final Path root;
  private final Config config;
  private final boolean running;
  private final long heap;
  private final KernelView kernel;
  private final List<Finding> found = new ArrayList<>();

  /**
   * @param root of the file system, for /dev, /proc and /sys
   * @param running whether the daemon of this configuration is running; port and interface are then
   *     its own
   * @param heap bytes of the daemon's, 0 if unknown
   */
  HostChecks(Path root, Config config, boolean running, long heap, KernelView kernel) {
    this.kernel = kernel;
    this.root = root;
    this.config = config;
    this.running = running;
    this.heap = heap;
  }

  List<Finding> all(Resolution resolution) {
    device();
    if (!running) {
      capability();
      ports();
      interfaceName();
    }
    forwarding("proc/sys/net/ipv4/ip_forward", "net.ipv4.ip_forward", "IPv4");
    forwarding("proc/sys/net/ipv6/conf/all/forwarding", "net.ipv6.conf.all.forwarding", "IPv6");
    ipv6();
    addresses();
    redirects();
    ownNetworks();
    rules();
    openings();
    ownPorts();
    memory();
    for (ConfigError e : resolution.unresolved()) {
      found.add(new Finding(Finding.Weight.WARNING, e.toString()));
    }
    resolution.endpoints().forEach((peer, all) -> all.forEach(e -> shadowed(peer, e)));
    return List.copyOf(found);
  }

  private void device() {
    if (Files.notExists(root.resolve("dev/net/tun"))) {
      found.add(
          Finding.error(
              "/dev/net/tun is missing",
              "run: modprobe tun; in a container start it with --device /dev/net/tun"));
    }
  }

  private void capability() {
    try {
      if (!Capabilities.netAdmin()) {
        found.add(
            Finding.warning(
                "CAP_NET_ADMIN is missing: \"ipae run\" cannot create its interface",
                "run it as root; in a container add --cap-add NET_ADMIN"));
      }
    } catch (IOException e) {
      found.add(
          Finding.warning("capabilities cannot be read (" + Reason.of(e) + ")", "mount /proc"));
    }
  }

  private void ports() {
    Set<Integer> busy = new HashSet<>();
    for (Address listen : config.listen()) {
      var family =
          listen.host().indexOf(':') < 0
              ? StandardProtocolFamily.INET
              : StandardProtocolFamily.INET6;
      if (listen.written() == null) {
        found.add(
            Finding.error("listen " + listen + ": there is no such interface", listen.remedy()));
        continue;
      }
      try (DatagramChannel probe = DatagramChannel.open(family)) {
        probe.bind(listen.socketAddress());
      } catch (BindException e) {
        String why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (!why.contains("in use")) {
          found.add(
              Finding.warning(
                  "listen " + listen + ": this host does not have that address now",
                  "ipae waits for it; write 0.0.0.0 or [::] for all, or one that \"ip address\""
                      + " shows"));
        } else if (busy.add(listen.port())) {
          found.add(
              Finding.error(
                  "listen " + listen + ": another program has this port",
                  "find it with: ss -lunp sport = :"
                      + listen.port()
                      + "; stop it, or set listen to another port"));
        }
      } catch (IOException | UnsupportedOperationException e) {
        found.add(
            Finding.warning(
                "listen " + listen + " cannot be tested (" + e.getMessage() + ")",
                "remove it from listen if this host lacks that protocol"));
      }
    }
  }

  private void interfaceName() {
    String name = config.tun().name();
    if (Files.exists(root.resolve("sys/class/net").resolve(name))) {
      found.add(
          Finding.error(
              "the interface " + name + " already exists and does not belong to a running ipae",
              "set another name in [tun], or remove it: ip link delete " + name));
    }
  }

  private void forwarding(String file, String key, String protocol) {
    boolean ipv4 = protocol.equals("IPv4");
    boolean routed =
        config.peers().stream()
            .flatMap(p -> p.routes().stream())
            .anyMatch(r -> r.prefix().isIpv4() == ipv4);
    if (!routed) {
      return;
    }
    try {
      if (Files.readString(root.resolve(file)).strip().equals("0")) {
        found.add(
            Finding.warning(
                protocol + " forwarding is off: only this host itself can use the tunnel",
                "for a gateway run: sysctl -w " + key + "=1"));
      }
    } catch (IOException e) {
      found.add(Finding.note(key + " cannot be read: " + protocol + " may be disabled"));
    }
  }

  private void ipv6() {
    boolean wanted =
        config.tun().addresses().stream().anyMatch(a -> a.address().length == 16)
            || config.peerSettings().stream()
                .flatMap(p -> p.routes().stream())
                .anyMatch(p -> !p.isIpv4());
    Sysctl settings = new Sysctl(root, running ? config.tun().name() : "default");
    if (wanted && !settings.ipv6()) {
      String name = settings.name("ipv6", "disable_ipv6");
      found.add(
          Finding.warning(
              "IPv6 is switched off on this host (" + name + "): only IPv4 goes through the tunnel",
              "switch it on: sysctl -w " + name + "=0; or remove the IPv6 addresses and routes"));
    }
  }

  private void addresses() {
    if (config.tun().addresses().isEmpty() && !config.peers().isEmpty()) {
      found.add(
          Finding.warning(
              "no addresses in [tun]: what this host itself sends into the tunnel has the address of"
                  + " an uplink, and peers drop it as wrong_source",
              "for ping, DNS or monitoring from here set tun.addresses to one that the peers route"
                  + " to this host; the hosts behind it need none"));
    }
  }

  private void redirects() {
    Sysctl all = new Sysctl(root, "all");
    if (config.peers().size() > 1 && all.sendsRedirects()) {
      found.add(
          Finding.note(
              all.name("ipv4", "send_redirects")
                  + " is on: for packets from peer to peer the kernel makes ICMP redirects, which"
                  + " ipae drops; without it there are none"));
    }
  }

  private void ownNetworks() {
    for (PeerConfig p : config.peerSettings()) {
      for (Prefix route : p.routes()) {
        Prefix own = kernel.networks().with(route);
        if (own != null) {
          found.add(
              Finding.warning(
                  "route "
                      + Cidr.of(route)
                      + " of peer "
                      + p.name()
                      + " is not set: this host is in "
                      + Cidr.of(own)
                      + " itself",
                  "choose other addresses on one of the two sides, or translate them"));
        }
      }
    }
  }

  /** Whether packets find the table of the routes. */
  private void rules() {
    int table = config.table();
    if (table == RoutingTable.OFF || table == RoutingTable.MAIN) {
      return;
    }
    String refused = kernel.refusesRules();
    if (refused != null) {
      found.add(
          Finding.warning(
              RuleSupport.text(refused), "use a kernel with CONFIG_IP_MULTIPLE_TABLES to be safe"));
    } else if (config.rulePriority() == 0 && !kernel.tables().contains(table)) {
      found.add(
          Finding.warning(
              "no rule leads to table " + table + ": packets for the peers go past the tunnel",
              "write one (ip rule add), or remove rule_priority = 0"));
    }
  }

  /** Where packets for peers may leave in the clear. */
  private void openings() {
    if (config.table() == RoutingTable.OFF && !config.peers().isEmpty()) {
      found.add(
          Finding.note(
              "table = \"off\": nothing holds the networks of the peers shut; that is up to whoever"
                  + " sets the routes"));
      return;
    }
    Openings.of(config).forEach(line -> found.add(new Finding(Finding.Weight.WARNING, line)));
  }

  /** What another program sends from these ports would go past the tunnel. */
  private void ownPorts() {
    Path file = root.resolve("proc/sys/net/ipv4/ip_local_port_range");
    // A reader takes it in one piece, as the kernel wants; Files.readString does not.
    try (BufferedReader in = Files.newBufferedReader(file);
        Scanner numbers = new Scanner(in)) {
      PortRange clients = new PortRange(numbers.nextInt(), numbers.nextInt());
      if (config.rulePriority() != 0 && clients.meets(config.ports())) {
        found.add(
            Finding.warning(
                "ports "
                    + config.ports()
                    + " are among those that the kernel gives to any program ("
                    + clients
                    + ", net.ipv4.ip_local_port_range): what it sends from one of them goes past"
                    + " the tunnel",
                "set \"ports\" to a range outside"));
      }
    } catch (IOException _) {
      // Then nothing is known of it, as in some containers.
    }
  }

  private void memory() {
    String shortage = heap == 0 ? null : Footprint.of(config).shortage(heap);
    if (shortage != null) {
      found.add(new Finding(Finding.Weight.WARNING, shortage));
    }
  }

  private void shadowed(String peer, Endpoint endpoint) {
    for (PeerConfig other : config.peerSettings()) {
      other.routes().stream()
          .filter(r -> r.contains(endpoint.hi(), endpoint.lo()))
          .findFirst()
          .ifPresent(r ->
              found.add(
                  Finding.note(
                      "the endpoint of "
                          + peer
                          + " lies inside "
                          + r
                          + ", which is routed to "
                          + other.name()
                          + "; this is harmless: datagrams of ipae itself stay outside the tunnel")));
    }
  }
}
