// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.ipae.tun.Errno;
import org.ipae.tun.Ip;
import org.ipae.tun.KernelRandom;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.device.LinuxTun;
import org.ipae.tun.device.TunOptions;
import org.ipae.tun.netlink.Flow;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.NetlinkWatch;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.udp.LinuxUdp;
import org.ipae.tun.udp.PortGroup;
import org.ipae.tun.udp.UdpOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What this code asks of the kernel and can do without is refused, each in its turn. */
@Timeout(60)
class OlderKernelTest {
  private static final TunOptions ALL = TunOptions.defaults().withOffload(true, true);

  private interface Body {
    void run() throws Exception;
  }

  /** In a thread of its own: a filter stays for good. */
  private static void apart(Body body) throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                body.run();
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.join();
    if (thrown.get() != null) {
      throw new AssertionError(thrown.get());
    }
  }

  @Test
  void aGeneratorWithoutSeedIsKnown() throws Exception {
    assertTrue(KernelRandom.seeded());
    KernelRandom.awaitSeed();
    apart(() -> {
      OlderKernel.withoutRandom(Abi.GRND_NONBLOCK, Errno.EAGAIN);
      assertFalse(KernelRandom.seeded());
      KernelRandom.awaitSeed(); // does not poll
    });
    apart(() -> {
      OlderKernel.withoutRandom(0, 38);
      String told = assertThrows(OsException.class, KernelRandom::seeded).getMessage();
      assertEquals("getrandom: ENOSYS (Function not implemented)", told);
      assertThrows(OsException.class, KernelRandom::awaitSeed);
    });
  }

  /** Both sockets of a port carry a run of datagrams, however it has to be sent. */
  private static void carries(LinuxUdp a, LinuxUdp b, Ip ip) throws Exception {
    DatagramBatch out = DatagramBatch.over(new byte[3000], 4);
    int run = out.add(0, 1000);
    out.remote(run, ip.hi(), ip.lo(), b.localPort());
    out.extend(run, 1000);
    out.extend(run, 500);
    assertEquals(1, a.send(out, 0));
    DatagramBatch in = new DatagramBatch(8, 65_535);
    int bytes = 0;
    while (bytes < 2500) {
      int n = Ip.await(b, in);
      assertTrue(n > 0, "arrives");
      for (int i = 0; i < n; i++) {
        bytes += in.length(i);
      }
    }
    assertEquals(2500, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void withoutRunsOfDatagramsTheyGoOneByOne(String address) throws Exception {
    Ip ip = Ip.of(address);
    apart(() -> {
      OlderKernel.withoutOption(Abi.IPPROTO_UDP, Abi.UDP_SEGMENT, Errno.ENOPROTOOPT);
      OlderKernel.withoutOption(Abi.IPPROTO_UDP, Abi.UDP_GRO, Errno.ENOPROTOOPT);
      try (LinuxUdp a = ip.bind(0);
          LinuxUdp b = ip.bind(0)) {
        assertFalse(a.gso() || a.gro() || b.gso() || b.gro());
        carries(a, b, ip);
      }
    });
  }

  @ParameterizedTest
  @CsvSource({
    "SO_RCVBUFFORCE," + Abi.SO_RCVBUFFORCE + "," + Errno.EPERM,
    "SO_SNDBUFFORCE," + Abi.SO_SNDBUFFORCE + "," + Errno.EPERM,
    "SO_RXQ_OVFL," + Abi.SO_RXQ_OVFL + "," + Errno.ENOPROTOOPT,
    "SO_ATTACH_REUSEPORT_CBPF," + Abi.SO_ATTACH_REUSEPORT_CBPF + "," + Errno.ENOPROTOOPT
  })
  void aSocketOpensWithout(String name, int option, int errno) throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    apart(() -> {
      OlderKernel.withoutOption(Abi.SOL_SOCKET, option, errno);
      List<LinuxUdp> group = PortGroup.open(ip.hi(), ip.lo(), 0, 2, UdpOptions.defaults());
      try (LinuxUdp a = ip.bind(0);
          LinuxUdp b = ip.bind(0)) {
        assertEquals(2, group.size(), name);
        carries(a, b, ip);
      } finally {
        group.forEach(LinuxUdp::close);
      }
    });
  }

  @Test
  void whatItCannotDoWithoutIsAnErrorWithItsName() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    apart(() -> {
      OlderKernel.withoutOption(Abi.IPPROTO_IP, Abi.IP_PKTINFO, Errno.ENOPROTOOPT);
      OsException e = assertThrows(OsException.class, () -> ip.bind(0));
      assertTrue(e.getMessage().contains("IP_PKTINFO: ENOPROTOOPT"), e.getMessage());
    });
  }

  @Test
  void before62ThereAreNoUdpSuperpackets() throws Exception {
    Namespace.run(netlink -> {
      int uso = Abi.TUN_F_USO4 | Abi.TUN_F_USO6;
      OlderKernel.withoutFlags(Abi.TUNSETOFFLOAD, uso, Errno.EINVAL);
      List<LinuxTun> queues = LinuxTun.queues("tun0", 2, ALL);
      queues.forEach(q -> assertTrue(q.tcpOffload() && !q.udpOffload()));
      queues.forEach(LinuxTun::close);
    });
  }

  @Test
  void withoutSuperpacketsTheInterfaceOpensWithWholePackets() throws Exception {
    Namespace.run(netlink -> {
      OlderKernel.withoutFlags(Abi.TUNSETOFFLOAD, Abi.TUN_F_TSO4 | Abi.TUN_F_TSO6, Errno.EINVAL);
      try (LinuxTun tun = LinuxTun.open("tun0", ALL)) {
        assertFalse(tun.tcpOffload() || tun.udpOffload());
      }
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {Abi.NETLINK_EXT_ACK, Abi.NETLINK_GET_STRICT_CHK})
  void routesAndAddressesWorkWithoutTheOptionsOfNetlink(int option) throws Exception {
    Namespace.run(unused -> {
      OlderKernel.withoutOption(Abi.SOL_NETLINK, option, Errno.ENOPROTOOPT);
      try (LinuxTun tun = LinuxTun.open("tun0", ALL);
          Netlink netlink = Netlink.open();
          NetlinkWatch watch = NetlinkWatch.open()) {
        netlink.setMtu(tun.index(), 1420);
        netlink.disableAddressGeneration(tun.index());
        netlink.addAddress(tun.index(), Ip.of("10.255.0.1").bytes(), 32);
        netlink.setLinkUp(tun.index());
        byte[] prefix = Ip.of("10.9.0.0").bytes();
        RouteSpec route = new RouteSpec(prefix, 16, tun.index(), 254, 138, 0, 1300);
        netlink.addRoute(route);
        assertEquals(List.of(route), netlink.routes(138));
        assertNotNull(netlink.lookup(Ip.of("10.9.0.1").bytes(), Flow.ANY));
        assertEquals(1300, netlink.mtu(Ip.of("10.9.0.1").bytes(), Flow.ANY));
        assertTrue(watch.read(event -> assertNotNull(event)) > 0);
      }
    });
  }
}
