// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
    List<List<UdpSocket>> listening = new ArrayList<>();
    List<List<UdpSocket>> own = new ArrayList<>();
    for (int n = 0; n < config.lanes(); n++) {
      listening.add(new ArrayList<>());
      own.add(new ArrayList<>());
    }
    try {
      for (Address a : config.listen()) {
        Endpoint e = a.written();
        if (e == null) {
          throw new IOException(
              "cannot listen on " + a + ": there is no such interface; see: ip link");
        }
        List<LinuxUdp> group = bind(a, e, config);
        boolean first = listening.getFirst().stream().noneMatch(s -> s.ipv4() == e.isIpv4());
        for (int n = 0; n < config.lanes(); n++) {
          listening.get(n).add(group.get(n));
          if (first) {
            own.get(n).add(ownPort(e, group.getFirst().localPort() + n, config));
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      Stream.concat(listening.stream(), own.stream())
          .flatMap(List::stream)
          .forEach(UdpSocket::close);
      throw e;
    }
    List<LaneSockets> out = new ArrayList<>();
    for (int n = 0; n < config.lanes(); n++) {
      out.add(new LaneSockets(listening.get(n), own.get(n)));
    }
    return out;
  }

  private static UdpOptions options(Config config) {
    return UdpOptions.defaults()
        .withMark(config.fwmark())
        .withOffload(config.offload().udpGso(), config.offload().udpGro());
  }

  private static List<LinuxUdp> bind(Address a, Endpoint e, Config config) throws IOException {
    try {
      return PortGroup.open(e.hi(), e.lo(), e.port(), config.lanes(), options(config));
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
