// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e.segmentation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.tun.Poller;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.device.LinuxTun;
import org.ipae.tun.device.TunOptions;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteSpec;

/**
 * The kernel's own segmentation: superpackets go into a TUN device, are forwarded, and come out of
 * another that can do nothing by itself, so that the kernel has to cut them and to complete every
 * checksum. Forwarding takes one from TTL or hop limit. In the caller's network namespace, which
 * must forward and filter nothing.
 */
final class KernelPath implements AutoCloseable {
  private static final int LONGEST = 65_535;
  private static final int QUEUE = 2_000;

  /** The kernel has done its work when the write returns; this is for a kernel that does not. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final LinuxTun in;
  private final LinuxTun out;
  private final Poller poller;
  private final PacketBatch written = PacketBatch.over(new byte[1 << 22], 1_024);
  private final PacketBatch read = new PacketBatch(1_024, LONGEST, 1 << 21);

  KernelPath() throws IOException {
    in = LinuxTun.open("cut-in", TunOptions.defaults().withOffload(true, true));
    out = LinuxTun.open("cut-out", TunOptions.defaults());
    poller = new Poller(out.descriptor());
    try (Netlink netlink = Netlink.open()) {
      for (LinuxTun tun : List.of(in, out)) {
        netlink.disableAddressGeneration(tun.index());
        netlink.setMtu(tun.index(), LONGEST);
        netlink.setQueueLength(tun.index(), QUEUE);
        netlink.setLinkUp(tun.index());
      }
      netlink.addRoute(route(RandomFlows.ipv4(2), RandomFlows.IPV4_BITS));
      netlink.addRoute(route(RandomFlows.ipv6(2), RandomFlows.IPV6_BITS));
    }
    if (!in.tcpOffload()) {
      throw new IOException("this kernel takes no TCP superpackets from a TUN device");
    }
  }

  private RouteSpec route(byte[] prefix, int length) {
    return new RouteSpec(prefix, length, out.index(), RouteSpec.MAIN_TABLE, 201, 50, 0);
  }

  /** Whether the kernel takes UDP superpackets. */
  boolean udp() {
    return in.udpOffload();
  }

  /** What comes out; waits for {@code expected} packets, in vain for a bounded time. */
  List<byte[]> cut(List<Superpacket> packets, int expected) throws IOException {
    write(packets);
    List<byte[]> segments = new ArrayList<>(expected);
    while (true) {
      int n = out.read(read);
      for (int i = 0; i < n; i++) {
        byte[] p =
            Arrays.copyOfRange(read.bytes(), read.offset(i), read.offset(i) + read.length(i));
        if (!toMany(p)) {
          segments.add(p);
        }
      }
      if (n == 0 && (segments.size() >= expected || !poller.await(PATIENCE_NANOS))) {
        return segments;
      }
    }
  }

  /** The kernel itself says something to all routers now and then. */
  private static boolean toMany(byte[] p) {
    return p[0] >>> 4 == 6 && p[24] == (byte) 0xff;
  }

  private void write(List<Superpacket> packets) throws IOException {
    written.clear();
    packets.forEach(p -> p.addTo(written, written.end()));
    if (in.write(written) != packets.size()) {
      for (int i = 0; i < packets.size(); i++) {
        if (written.refused(i)) {
          throw new IOException("the kernel refuses " + packets.get(i));
        }
      }
      throw new IOException("the kernel refuses a packet");
    }
  }

  @Override
  public void close() {
    poller.close();
    in.close();
    out.close();
  }
}
