// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipae.tun.BootClock;
import org.ipae.tun.OsException;
import org.ipae.tun.device.Tun;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.host.Policy;
import org.ipae.tunnel.host.TunWish;
import org.ipae.tunnel.io.LaneSockets;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Other settings of the host itself while the daemon runs: what may be refused first, so that all
 * of them take effect or none. Sessions live on. A peer hears of another port or address by the
 * probe that each path sends.
 */
final class HostChange {
  private final Sockets sockets;
  private final HostNetwork network;
  private final Tun tun;

  HostChange(Sockets sockets, HostNetwork network, Tun tun) {
    this.sockets = sockets;
    this.network = network;
    this.tun = tun;
  }

  /** Has a step done by the control thread. */
  interface Control {
    void run(Step step) throws IOException;
  }

  /** Of the control thread. */
  interface Step {
    void on(ControlPlane p) throws IOException;
  }

  /**
   * Goes from one configuration to another.
   *
   * @throws IOException with one line; then nothing has changed, or a thread hangs
   */
  void apply(Config before, Config after, Control control) throws IOException {
    Sockets.Exchange e = sockets.open(before, after);
    Policy policy = Policies.of(after, e.after().getFirst().listening());
    try {
      if (after.fwmark() != before.fwmark()) {
        mark(e, after.fwmark());
      }
      control.run(_ -> {
        if (!after.tun().equals(before.tun())) {
          shape(after);
        }
        network.expect(policy);
      });
    } catch (IOException x) {
      sockets.abandon(e);
      if (after.fwmark() != before.fwmark()) {
        mark(e, before.fwmark());
      }
      throw x;
    }
    sockets.exchange(e);
    int port = sockets.listening().getFirst().localPort();
    boolean moved =
        e.any() || !policy.equals(Policies.of(before, e.before().getFirst().listening()));
    control.run(p -> {
      network.become(policy);
      p.host(BootClock.nanos(), was -> after.toHostConfig(was, port));
      if (moved) {
        p.ownPathChanged(BootClock.nanos(), addresses(after));
      }
    });
  }

  private static void mark(Sockets.Exchange e, int mark) throws IOException {
    for (UdpSocket s : LaneSockets.all(e.before()).toList()) {
      s.mark(mark);
    }
  }

  private void shape(Config after) throws IOException {
    try {
      network.become(tun(after, tun.index()));
    } catch (OsException x) {
      throw refused(tun.name(), x);
    }
  }

  /** Own addresses that the host listens on, with port 0. */
  private Set<Endpoint> addresses(Config config) {
    return network.addresses().stream()
        .filter(own -> config.listen().stream().anyMatch(a -> takes(a, own)))
        .collect(Collectors.toSet());
  }

  private static boolean takes(Address listens, Endpoint own) {
    Endpoint e = listens.written();
    return e != null && e.isIpv4() == own.isIpv4() && (e.any() || e.sameAddress(own));
  }

  /** What a configuration wants of the interface. */
  static TunWish tun(Config config, int index) {
    return new TunWish(
        config.tun().addresses().stream()
            .map(a -> new AddressSpec(index, a.address(), a.length()))
            .toList(),
        config.tun().mtu());
  }

  /** The kernel refuses a setting of the interface. */
  static IOException refused(String name, OsException x) {
    String remedy = x.call().startsWith("RTM_NEWADDR") ? "; see tun.addresses" : "";
    return new IOException("cannot set up interface " + name + ": " + x.getMessage() + remedy, x);
  }
}
