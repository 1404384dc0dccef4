// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ipae.tun.Errno;
import org.ipae.tun.Ip;
import org.ipae.tun.OsException;
import org.ipae.tun.Poller;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.kernel.Namespace;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tun.udp.LinuxUdp;
import org.ipae.tun.udp.PathError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
public class LinuxTunTest {
  private static final int PROTOCOL = 201;

  private final PacketBatch packets = new PacketBatch(16, 1500);

  @BeforeEach
  void deviceExists() {
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun here");
  }

  @Test
  void aDatagramRoutedIntoTheInterfaceIsReadAndItsAnswerDelivered() throws Exception {
    Namespace.run(netlink -> {
      try (LinuxTun tun = LinuxTun.open("ipae%d", TunOptions.defaults())) {
        assertEquals("ipae0", tun.name());
        assertEquals(netlink.linkIndex("ipae0"), tun.index());
        configure(netlink, tun);
        roundTrip(tun, Ip.of("0.0.0.0"), Ip.of("198.51.100.7"), Ip.of("10.9.0.1"), 28);
        roundTrip(tun, Ip.of("::"), Ip.of("2001:db8:7::7"), Ip.of("fd09::1"), 48);
      }
    });
  }

  public static void configure(Netlink netlink, LinuxTun tun) throws Exception {
    netlink.disableAddressGeneration(tun.index());
    netlink.setMtu(tun.index(), 1300);
    netlink.setLinkUp(tun.index());
    netlink.addAddress(tun.index(), Ip.of("10.9.0.1").bytes(), 32);
    netlink.addAddress(tun.index(), Ip.of("fd09::1").bytes(), 128);
    netlink.addRoute(route("198.51.100.0", 24, tun));
    netlink.addRoute(route("2001:db8:7::", 48, tun));
  }

  private static RouteSpec route(String prefix, int length, LinuxTun tun) {
    return new RouteSpec(
        Ip.of(prefix).bytes(), length, tun.index(), RouteSpec.MAIN_TABLE, PROTOCOL, 50, 0);
  }

  private void roundTrip(LinuxTun tun, Ip any, Ip to, Ip from, int headers) throws Exception {
    try (LinuxUdp socket = any.bind(0);
        Poller poller = new Poller(tun.descriptor())) {
      assertEquals(0, tun.read(packets));
      byte[] payload = new byte[1300];
      for (int i = 0; i < payload.length; i++) {
        payload[i] = (byte) (i * 7);
      }
      DatagramBatch out = DatagramBatch.over(payload, 3);
      out.ecn(to.add(out, 0, 1300 - headers, 7000), 1);
      to.add(out, 0, 1300 - headers + 1, 7000); // one more than the MTU
      out.local(to.add(out, 5, 10, 7000), from.hi(), from.lo());
      assertEquals(3, socket.send(out, 0));
      assertEquals(Map.of("EMSGSIZE", 1L), socket.sendErrors());
      assertTrue(poller.await(10_000_000_000L));
      assertEquals(2, tun.read(packets));
      assertEquals(1300, packets.length(0));
      assertEquals(headers + 10, packets.length(1));
      assertEquals(0, packets.flags(0) | packets.gsoType(0) | packets.gsoSize(0));

      // Swapping source and destination leaves all checksums right.
      for (int i = 0; i < 2; i++) {
        int at = packets.offset(i);
        int address = headers == 28 ? 12 : 8;
        int size = headers == 28 ? 4 : 16;
        swap(packets.bytes(), at + address, size);
        swap(packets.bytes(), at + headers - 8, 2);
      }
      assertEquals(2, tun.write(packets));
      DatagramBatch in = new DatagramBatch(4, 1500);
      assertEquals(2, Ip.await(socket, in));
      assertEquals(1300 - headers, in.length(0));
      assertEquals(1, in.ecn(0));
      assertEquals(to.lo(), in.remoteLo(0));
      assertEquals(from.lo(), in.localLo(0));
      assertEquals(tun.index(), in.interfaceIndex(0));
      assertTrue(
          Arrays.equals(payload, 5, 15, in.bytes(), in.offset(1), in.offset(1) + in.length(1)));
      PathError error = socket.readError();
      assertNotNull(error, "the kernel tells the MTU");
      assertEquals(Errno.EMSGSIZE, error.errno());
      assertEquals(1300, error.mtu());
      assertEquals(to.lo(), error.remoteLo());
      assertTrue(error.local());
    }
  }

  private static void swap(byte[] bytes, int at, int size) {
    for (int i = at; i < at + size; i++) {
      byte b = bytes[i];
      bytes[i] = bytes[i + size];
      bytes[i + size] = b;
    }
  }

  private interface Body {
    void run(LinuxTun tun, LinuxUdp socket) throws Exception;
  }

  private static void withSocket(String any, Body body) throws Exception {
    Namespace.run(netlink -> {
      try (LinuxTun tun = LinuxTun.open("ipae0", TunOptions.defaults());
          LinuxUdp socket = Ip.of(any).bind(0)) {
        configure(netlink, tun);
        body.run(tun, socket);
      }
    });
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 198.51.100.7, 28", "::, 2001:db8:7::7, 48"})
  void ofARunAboveTheMtuWhatFitsIsSent(String any, String host, int headers) throws Exception {
    withSocket(
        any,
        (tun, socket) -> {
          Ip to = Ip.of(host);
          DatagramBatch out = DatagramBatch.over(new byte[3_000], 2);
          int run = to.add(out, 0, 1_400, 7000);
          out.extend(run, 1_400);
          out.extend(run, 100);
          assertEquals(1, socket.send(out, 0));
          assertEquals(Map.of("EMSGSIZE", 2L), socket.sendErrors());
          assertEquals(1, tun.read(packets));
          assertEquals(headers + 100, packets.length(0));
          assertTrue(socket.gso());
        });
  }

  /** RFC 792: "source route failed" is EOPNOTSUPP to the socket, as if it had no offload. */
  @Test
  void aForgedIcmpErrorSwitchesNoOffloadOff() throws Exception {
    withSocket(
        "0.0.0.0",
        (tun, socket) -> {
          Ip to = Ip.of("198.51.100.7");
          DatagramBatch out = DatagramBatch.over(new byte[3_000], 2);
          int run = to.add(out, 0, 1_000, 7000);
          out.extend(run, 1_000);
          assertEquals(1, socket.send(out, 0));
          assertEquals(2, tun.read(packets));
          byte[] quoted =
              Arrays.copyOfRange(packets.bytes(), packets.offset(0), packets.offset(0) + 28);
          PacketBatch icmp = PacketBatch.over(sourceRouteFailed(quoted), 1);
          icmp.add(0, 56);
          assertEquals(1, tun.write(icmp));
          assertEquals(1, socket.send(out, 0));
          assertEquals(2, tun.read(packets));
          assertEquals(Map.of(), socket.sendErrors());
          assertTrue(socket.gso());
          PathError error = socket.readError();
          assertNotNull(error, "the kernel has taken the ICMP error");
          assertEquals(Errno.EOPNOTSUPP, error.errno());
        });
  }

  private static byte[] sourceRouteFailed(byte[] quoted) {
    ByteBuffer b = ByteBuffer.allocate(56);
    b.putInt(0x4500_0038).putInt(0).putInt(0x4001_0000);
    b.put(quoted, 16, 4).put(quoted, 12, 4);
    b.putShort(10, (short) checksum(b, 0, 20));
    b.putInt(0x0305_0000).putInt(0).put(quoted);
    b.putShort(22, (short) checksum(b, 20, 56));
    return b.array();
  }

  private static int checksum(ByteBuffer b, int from, int to) {
    int sum = 0;
    for (int at = from; at < to; at += 2) {
      sum += b.getShort(at) & 0xffff;
    }
    return ~((sum & 0xffff) + (sum >>> 16));
  }

  @Test
  void packetsTheKernelRefusesAreCounted() throws Exception {
    Namespace.run(netlink -> {
      try (LinuxTun tun = LinuxTun.open("ipae0", TunOptions.defaults())) {
        PacketBatch rubbish = PacketBatch.over(new byte[70_000], 3);
        rubbish.add(0, 40);
        rubbish.add(0, 70_000);
        assertEquals(0, tun.write(rubbish));
        configure(netlink, tun);
        assertEquals(0, tun.write(rubbish));
        assertEquals(4, tun.writeErrors());
      }
    });
  }

  @Test
  void packetsLongerThanASlotAreLeftOut() throws Exception {
    withSocket(
        "0.0.0.0",
        (tun, socket) -> {
          Ip to = Ip.of("198.51.100.7");
          DatagramBatch out = DatagramBatch.over(new byte[1000], 2);
          to.add(out, 0, 101, 7000);
          to.add(out, 0, 100, 7000);
          socket.send(out, 0);
          PacketBatch small = new PacketBatch(16, 128);
          assertEquals(1, tun.read(small));
          assertEquals(128, small.length(0));
        });
  }

  @Test
  void aTakenInterfaceIsAClearError() throws Exception {
    Namespace.run(netlink -> {
      try (LinuxTun tun = LinuxTun.open("ipae0", TunOptions.defaults())) {
        OsException e =
            assertThrows(
                OsException.class, () -> LinuxTun.open(tun.name(), TunOptions.defaults()).close());
        assertEquals(
            "TUNSETIFF ipae0: EBUSY (Device or resource busy):"
                + " another process uses the interface",
            e.getMessage());
      }
      OsException e =
          assertThrows(OsException.class, () -> LinuxTun.open("lo", TunOptions.defaults()).close());
      assertEquals(Errno.EINVAL, e.errno());
      assertThrows(
          OsException.class,
          () -> LinuxTun.open("a-name-far-too-long", TunOptions.defaults()).close());
    });
  }

  @Test
  void aMultiQueueInterfaceOpensTwiceAndGoesWithTheLast() throws Exception {
    Namespace.run(netlink -> {
      LinuxTun one = LinuxTun.open("ipae0", new TunOptions(true, false, false));
      try (LinuxTun two = LinuxTun.open("ipae0", new TunOptions(true, false, false))) {
        assertEquals(one.index(), two.index());
        assertFalse(one.descriptor() == two.descriptor());
        one.close();
        one.close();
        assertEquals(two.index(), netlink.linkIndex("ipae0"));
        assertThrows(OsException.class, () -> one.read(packets));
      }
      OsException e = assertThrows(OsException.class, () -> netlink.linkIndex("ipae0"));
      assertEquals(Errno.ENODEV, e.errno());
    });
  }

  @Test
  void queuesShareTheirInterfaceWithNobodyAndAFlowStaysOnOneOfThem() throws Exception {
    Namespace.run(netlink -> {
      List<LinuxTun> queues =
          LinuxTun.queues("ipae0", 3, TunOptions.defaults().withOffload(true, true));
      try (LinuxUdp socket = Ip.of("0.0.0.0").bind(0)) {
        for (LinuxTun q : queues) {
          assertEquals("ipae0", q.name());
          assertEquals(queues.getFirst().tcpOffload(), q.tcpOffload());
          assertEquals(queues.getFirst().udpOffload(), q.udpOffload());
        }
        OsException e =
            assertThrows(
                OsException.class, () -> LinuxTun.queues("ipae0", 3, TunOptions.defaults()));
        assertEquals(Errno.EBUSY, e.errno());
        assertThrows(OsException.class, () -> LinuxTun.open("ipae0", TunOptions.defaults()));
        configure(netlink, queues.getFirst());

        // What goes to one port comes out of one queue; the ports together use all queues.
        int[] packetsOf = new int[queues.size()];
        for (int port = 7000; port < 7064; port++) {
          DatagramBatch out = DatagramBatch.over(new byte[100], 8);
          Ip to = Ip.of("198.51.100.7");
          for (int i = 0; i < 8; i++) {
            to.add(out, 0, 100, port);
          }
          assertEquals(8, socket.send(out, 0));
          int used = 0;
          for (int q = 0; q < queues.size(); q++) {
            int n = queues.get(q).read(packets);
            packetsOf[q] += n;
            used += n > 0 ? 1 : 0;
          }
          assertEquals(1, used, "queues of one flow");
        }
        assertEquals(64 * 8, Arrays.stream(packetsOf).sum());
        assertTrue(Arrays.stream(packetsOf).allMatch(n -> n > 0), Arrays.toString(packetsOf));
      } finally {
        queues.forEach(LinuxTun::close);
      }
      assertThrows(OsException.class, () -> netlink.linkIndex("ipae0"));
    });
  }

  @Test
  void aFlowIsSentByTheQueueThatItsOtherDirectionWasWrittenTo() throws Exception {
    Namespace.run(netlink -> {
      List<LinuxTun> queues = LinuxTun.queues("ipae0", 3, TunOptions.defaults());
      try (LinuxUdp socket = Ip.of("0.0.0.0").bind(0)) {
        configure(netlink, queues.getFirst());
        Ip to = Ip.of("198.51.100.7");
        for (int q : new int[] {1, 2, 0, 2}) {
          DatagramBatch out = DatagramBatch.over(new byte[100], 1);
          to.add(out, 0, 100, 7000);
          socket.send(out, 0);
          int from = 0;
          while (queues.get(from).read(packets) == 0) {
            from++;
          }
          swap(packets.bytes(), packets.offset(0) + 12, 4);
          swap(packets.bytes(), packets.offset(0) + 20, 2);
          assertEquals(1, queues.get(q).write(packets));
          socket.send(out, 0);
          assertEquals(1, queues.get(q).read(packets), "queue " + q);
        }
      } finally {
        queues.forEach(LinuxTun::close);
      }
    });
  }
}
