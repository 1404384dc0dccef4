// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipae.tun.OsException;
import org.ipae.tun.udp.LinuxUdp;
import org.ipae.tun.udp.PortGroup;
import org.ipae.tun.udp.UdpOptions;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.OwnPorts;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets of one lane's two threads: its share of the ports that the host listens on, and a
 * port of its own in each address family. That of lane 0 is {@link
 * org.ipae.tunnel.wire.Path#SPARE}.
 *
 * @param listening one for each address that the configuration names
 * @param own at most one for IPv4 and one for IPv6
 */
public record LaneSockets(List<UdpSocket> listening, List<UdpSocket> own) implements AutoCloseable {
  public LaneSockets {
    listening = List.copyOf(listening);
    own = List.copyOf(own);
  }

  /**
   * Opens the sockets of all lanes.
   *
   * @throws IOException with one line that says what is in the way and what to do
   */
  public static List<LaneSockets> open(Config config) throws IOException {
    return open(config, config, List.of());
  }

  /**
   * Opens the sockets that a configuration wants, apart from those that are open: listening ones of
   * the same address and port, and own ones of the same address.
   *
   * @param before what those that are open were opened by
   * @throws IOException as {@link #open(Config)}; what was open stays so
   */
  public static List<LaneSockets> open(Config config, Config before, List<LaneSockets> there)
      throws IOException {
    List<List<UdpSocket>> listening = new ArrayList<>();
    List<List<UdpSocket>> own = new ArrayList<>();
    for (int n = 0; n < config.lanes(); n++) {
      listening.add(new ArrayList<>());
      own.add(new ArrayList<>());
    }
    Set<UdpSocket> kept = all(there).collect(Collectors.toSet());
    try {
      for (Address a : config.listen()) {
        Endpoint e = a.written();
        if (e == null) {
          throw new IOException(
              "cannot listen on " + a + ": there is no such interface; see: ip link");
        }
        int at = there.isEmpty() ? -1 : before.listen().indexOf(a);
        List<? extends UdpSocket> group =
            at >= 0
                ? there.stream().map(l -> l.listening.get(at)).toList()
                : bind(a, e, config, kept);
        boolean first = listening.getFirst().stream().noneMatch(s -> s.ipv4() == e.isIpv4());
        for (int n = 0; n < config.lanes(); n++) {
          listening.get(n).add(group.get(n));
        }
        if (first) {
          boolean stays = !there.isEmpty() && same(e, firstOf(before, e.isIpv4()));
          for (int n = 0; n < config.lanes(); n++) {
            own.get(n)
                .add(
                    stays
                        ? there.get(n).ownOf(e.isIpv4())
                        : ownPort(e, group.getFirst().localPort() + n, config));
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      Stream.concat(listening.stream(), own.stream())
          .flatMap(List::stream)
          .filter(s -> !kept.contains(s))
          .forEach(UdpSocket::close);
      throw e;
    }
    List<LaneSockets> out = new ArrayList<>();
    for (int n = 0; n < config.lanes(); n++) {
      out.add(new LaneSockets(listening.get(n), own.get(n)));
    }
    return out;
  }

  /** The sockets of several lanes. */
  public static Stream<UdpSocket> all(Collection<LaneSockets> lanes) {
    return lanes.stream().flatMap(l -> l.all().stream());
  }

  private static @Nullable Endpoint firstOf(Config config, boolean ipv4) {
    return config.listen().stream()
        .map(Address::written)
        .filter(Objects::nonNull)
        .filter(e -> e.isIpv4() == ipv4)
        .findFirst()
        .orElse(null);
  }

  private static boolean same(Endpoint e, @Nullable Endpoint other) {
    return other != null && e.sameAddress(other);
  }

  private UdpSocket ownOf(boolean ipv4) {
    return own.stream().filter(s -> s.ipv4() == ipv4).findFirst().orElseThrow();
  }

  private static UdpOptions options(Config config) {
    return UdpOptions.defaults()
        .withMark(config.fwmark())
        .withOffload(config.offload().udpGso(), config.offload().udpGro());
  }

  /**
   * @param open sockets of this daemon, which may have the port at other addresses
   */
  private static List<LinuxUdp> bind(Address a, Endpoint e, Config config, Set<UdpSocket> open)
      throws IOException {
    List<UdpSocket> beside =
        open.stream().filter(s -> s.ipv4() == e.isIpv4() && s.localPort() == e.port()).toList();
    try {
      return beside.isEmpty()
          ? PortGroup.open(e.hi(), e.lo(), e.port(), config.lanes(), options(config))
          : PortGroup.beside(beside, e.hi(), e.lo(), e.port(), config.lanes(), options(config));
    } catch (OsException x) {
      if (x.errnoName().equals("EADDRINUSE")) {
        throw new IOException(
            "UDP port "
                + a.port()
                + " on "
                + a.host()
                + " is in use by another program; stop it (ss -ulpn 'sport = :"
                + a.port()
                + "' names it), or choose another port with \"listen\"",
            x);
      }
      throw new IOException("cannot listen on " + a + ": " + x.getMessage(), x);
    }
  }

  /** A free port of the configured ones, best one that is {@code wanted} modulo the stride. */
  private static LinuxUdp ownPort(Endpoint e, int wanted, Config config) throws IOException {
    PortRange all = config.ports();
    int best = all.first() + Math.floorMod(wanted - all.first(), OwnPorts.STRIDE);
    int start = all.contains(best) ? best : all.first() + wanted % all.size();
    for (int i = 0; i < all.size(); i++) {
      int port = all.first() + (start - all.first() + i) % all.size();
      try {
        return LinuxUdp.open(e.hi(), e.lo(), port, options(config));
      } catch (OsException x) {
        if (!x.errnoName().equals("EADDRINUSE")) {
          throw new IOException("no UDP port for a lane on " + e.host() + ": " + x.getMessage(), x);
        }
      }
    }
    throw new IOException(
        "no UDP port for a lane on "
            + e.host()
            + ": other programs have all of "
            + all
            + "; set \"ports\" to a range that is free");
  }

  /** All that a receiving thread reads. */
  public List<UdpSocket> all() {
    return Stream.concat(listening.stream(), own.stream()).toList();
  }

  @Override
  public void close() {
    all().forEach(UdpSocket::close);
  }
}
