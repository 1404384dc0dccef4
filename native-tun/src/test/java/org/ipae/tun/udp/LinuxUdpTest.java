// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ipae.tun.Errno;
import org.ipae.tun.Ip;
import org.ipae.tun.OsException;
import org.ipae.tun.Poller;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.kernel.Namespace;
import org.ipae.tun.netlink.Veth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxUdpTest {
  private final DatagramBatch in = new DatagramBatch(64, 2048);

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aBatchOf64KeepsOrderSizesBytesAndEcn(String host) throws Exception {
    Ip ip = Ip.of(host);
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = ip.bind(0)) {
      assertEquals(host.contains("."), a.ipv4());
      byte[] bytes = new byte[64 * 1452];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 31);
      }
      DatagramBatch out = DatagramBatch.over(bytes, 64);
      for (int i = 0; i < 64; i++) {
        out.ecn(ip.add(out, i * 1452, i == 5 ? 0 : 1452 - i, b.localPort()), i & 3);
      }
      assertEquals(64, a.send(out, 0));
      int seen = 0;
      while (seen < 64) {
        int n = Ip.await(b, in);
        assertTrue(n > 0, "lost after " + seen);
        for (int j = 0; j < n; j++, seen++) {
          assertEquals(seen == 5 ? 0 : 1452 - seen, in.length(j));
          assertEquals(seen & 3, in.ecn(j));
          assertEquals(a.localPort(), in.remotePort(j));
          assertEquals(ip.hi(), in.remoteHi(j));
          assertEquals(ip.lo(), in.remoteLo(j));
          assertEquals(ip.hi(), in.localHi(j));
          assertEquals(ip.lo(), in.localLo(j));
          assertTrue(in.interfaceIndex(j) > 0);
          assertTrue(
              Arrays.equals(
                  bytes,
                  seen * 1452,
                  seen * 1452 + in.length(j),
                  in.bytes(),
                  in.offset(j),
                  in.offset(j) + in.length(j)));
        }
      }
      assertEquals(0, b.receive(in));
      assertEquals(Map.of(), a.sendErrors());
    }
  }

  @Test
  void theSourceAddressIsTheOneTheEntryNames() throws Exception {
    sourceAddress(Ip.of("0.0.0.0"), Ip.of("127.0.0.1"), Ip.of("127.0.0.3"));
  }

  @Test
  void theSourceAddressIsTheOneTheEntryNamesInIpv6() throws Exception {
    Namespace.run(netlink -> {
      int lo = netlink.linkIndex("lo");
      netlink.addAddress(lo, Ip.of("fd00::1").bytes(), 128);
      netlink.addAddress(lo, Ip.of("fd00::3").bytes(), 128);
      sourceAddress(Ip.of("::"), Ip.of("fd00::1"), Ip.of("fd00::3"));
    });
  }

  private void sourceAddress(Ip any, Ip to, Ip from) throws Exception {
    try (LinuxUdp a = any.bind(0);
        LinuxUdp b = any.bind(0)) {
      DatagramBatch out = DatagramBatch.over(new byte[10], 1);
      int sent = to.add(out, 0, 10, b.localPort());
      out.local(sent, from.hi(), from.lo());
      out.ecn(sent, 1);
      assertEquals(1, a.send(out, 0));
      assertEquals(1, Ip.await(b, in));
      assertEquals(from.hi(), in.remoteHi(0));
      assertEquals(from.lo(), in.remoteLo(0));
      assertEquals(to.hi(), in.localHi(0));
      assertEquals(to.lo(), in.localLo(0));
      assertEquals(1, in.ecn(0));
    }
  }

  @Test
  void aBusyPortIsAClearError() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    try (LinuxUdp a = ip.bind(0)) {
      OsException e = assertThrows(OsException.class, () -> ip.bind(a.localPort()).close());
      assertEquals(Errno.EADDRINUSE, e.errno());
      assertEquals(
          "bind UDP 127.0.0.1:"
              + a.localPort()
              + ": EADDRINUSE (Address already in use): another socket has this port",
          e.getMessage());
      // IPv6 is a world of its own.
      Ip.of("::").bind(a.localPort()).close();
    }
  }

  @Test
  void anAddressThatIsNotThereIsWaitedForAndNothingIsSentFromIt() throws Exception {
    Ip ip = Ip.of("192.0.2.1");
    try (LinuxUdp waiting = ip.bind(0)) {
      DatagramBatch out = DatagramBatch.over(new byte[100], 1);
      Ip.of("127.0.0.1").add(out, 0, 10, waiting.localPort());
      assertEquals(1, waiting.send(out, 0), "refused and counted");
      assertEquals(1, waiting.sendErrors().values().stream().mapToLong(n -> n).sum());
    }
  }

  @Test
  void refusedEntriesAreCountedByNameAndTheRestGoesOn() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    Ip other = Ip.of("::1");
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = ip.bind(0)) {
      DatagramBatch out = DatagramBatch.over(new byte[70_000], 6);
      ip.add(out, 0, 65_508, b.localPort()); // the kernel says EMSGSIZE
      ip.add(out, 0, 100, b.localPort());
      ip.add(out, 0, 70_000, b.localPort());
      other.add(out, 0, 100, b.localPort());
      out.local(ip.add(out, 0, 100, b.localPort()), 0, 0xffff_c000_0201L); // not ours
      ip.add(out, 0, 101, b.localPort());
      assertEquals(6, a.send(out, 0));
      Map<String, Long> errors = a.sendErrors();
      assertEquals(2, errors.get("EMSGSIZE"));
      assertEquals(1, errors.get("EAFNOSUPPORT"));
      // EINVAL or ENETUNREACH, as the routes of the host have it.
      assertEquals(3, errors.size(), errors.toString());
      assertEquals(2, Ip.await(b, in));
      assertEquals(100, in.length(0));
      assertEquals(101, in.length(1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, false, false",
    "127.0.0.1, true, false",
    "127.0.0.1, false, true",
    "127.0.0.1, true, true",
    "::1, true, true"
  })
  void aRunArrivesAsItsDatagramsWithAndWithoutOffload(String host, boolean gso, boolean gro)
      throws Exception {
    Ip ip = Ip.of(host);
    byte[] sent = new byte[100_007];
    new Random(1).nextBytes(sent);
    DatagramBatch slots = new DatagramBatch(16, 65_535);
    UdpOptions options = UdpOptions.defaults();
    try (LinuxUdp a = LinuxUdp.open(ip.hi(), ip.lo(), 0, options.withOffload(gso, true));
        LinuxUdp b = LinuxUdp.open(ip.hi(), ip.lo(), 0, options.withOffload(true, gro))) {
      assertEquals(gso, a.gso());
      assertEquals(gro, b.gro());
      DatagramBatch out = DatagramBatch.over(sent, 2);
      int run = ip.add(out, 0, 1452, b.localPort());
      out.ecn(run, 2);
      for (int at = 1452; at < 100_000; at += 1452) {
        out.extend(run, Math.min(1452, 100_000 - at));
      }
      ip.add(out, 100_000, 7, b.localPort());
      assertEquals(2, a.send(out, 0));
      int total = 0;
      int datagrams = 0;
      boolean runs = false;
      while (total < sent.length) {
        int n = Ip.await(b, slots);
        assertTrue(n > 0);
        for (int i = 0; i < n; i++) {
          int segment = slots.segmentSize(i) == 0 ? slots.length(i) : slots.segmentSize(i);
          runs |= slots.segmentSize(i) > 0;
          for (int at = 0; at < slots.length(i); at += segment) {
            int length = Math.min(segment, slots.length(i) - at);
            int from = slots.offset(i) + at;
            assertTrue(
                Arrays.equals(sent, total, total + length, slots.bytes(), from, from + length));
            assertEquals(total < 100_000 ? 2 : 0, slots.ecn(i));
            total += length;
            datagrams++;
          }
        }
      }
      assertEquals(100_000 / 1452 + 2, datagrams);
      assertEquals(gso && gro, runs);
      assertEquals(Map.of(), a.sendErrors());
    }
  }

  @Test
  void aDatagramLongerThanASlotIsDroppedAndCounted() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = ip.bind(0)) {
      DatagramBatch out = DatagramBatch.over(new byte[3000], 2);
      ip.add(out, 0, 2049, b.localPort());
      ip.add(out, 0, 2048, b.localPort());
      a.send(out, 0);
      assertEquals(1, Ip.await(b, in));
      assertEquals(2048, in.length(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClosedPortIsAPathErrorAndHarmsNoOtherDatagram(String host) throws Exception {
    Ip ip = Ip.of(host);
    int deaf;
    try (LinuxUdp closed = ip.bind(0)) {
      deaf = closed.localPort();
    }
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = ip.bind(0);
        Poller poller = new Poller(a.descriptor())) {
      DatagramBatch out = DatagramBatch.over(new byte[10], 40);
      for (int i = 0; i < 40; i++) {
        ip.add(out, 0, 10, i % 2 == 0 ? deaf : b.localPort());
      }
      assertEquals(40, a.send(out, 0));
      assertEquals(20, Ip.await(b, in));
      assertTrue(poller.await(10_000_000_000L));
      assertTrue(poller.ready(0));
      assertTrue(poller.failed(0));
      assertEquals(0, a.receive(in), "the error is not the receiver's trouble");
      PathError error = a.readError();
      assertNotNull(error);
      assertEquals(Errno.ECONNREFUSED, error.errno());
      assertEquals(deaf, error.remotePort());
      assertEquals(ip.lo(), error.remoteLo());
      assertFalse(error.local());
      while (a.readError() != null) {}
      assertFalse(poller.await(0));
    }
  }

  @Test
  void aFullReceiveBufferIsCounted() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = LinuxUdp.open(0, ip.lo(), 0, new UdpOptions(0, 16_384, false, false))) {
      DatagramBatch out = DatagramBatch.over(new byte[1452], 64);
      while (!out.full()) {
        ip.add(out, 0, 1452, b.localPort());
      }
      a.send(out, 0);
      int received = Ip.await(b, in);
      assertTrue(received < 64);
      a.send(out, 63); // the count travels with the next datagram
      assertEquals(1, Ip.await(b, in));
      assertEquals(64 - received, b.receiveDrops());
    }
  }

  @Test
  void aFullSendBufferStopsWithinARunAndLeavesTheRest() throws Exception {
    Namespace.run(netlink -> {
      // Nobody answers ARP at the other end: datagrams wait in the kernel.
      int link = Veth.make(netlink, "end0");
      netlink.setLinkUp(link);
      netlink.setLinkUp(netlink.linkIndex("veth0"));
      netlink.addAddress(link, Ip.of("10.5.0.1").bytes(), 24);
      UdpOptions small = new UdpOptions(0, 1000, false, false);
      try (LinuxUdp a = LinuxUdp.open(0, Ip.of("0.0.0.0").lo(), 0, small)) {
        Ip to = Ip.of("10.5.0.2");
        DatagramBatch out = DatagramBatch.over(new byte[21_001], 2);
        to.add(out, 0, 1, 7000);
        out.segmentSize(to.add(out, 1, 21_000, 7000), 1000);
        assertEquals(1, a.send(out, 0));
        int rest = out.length(1);
        assertTrue(rest > 0 && rest < 21_000, "rest " + rest);
        assertEquals(0, rest % 1000);
        assertEquals(21_001, out.offset(1) + rest);
        assertEquals(0, a.send(out, 1));
        assertEquals(rest, out.length(1));
        assertEquals(Map.of(), a.sendErrors());
      }
    });
  }

  @Test
  void aClosedSocketSaysSo() throws Exception {
    LinuxUdp a = Ip.of("127.0.0.1").bind(0);
    a.close();
    a.close();
    assertThrows(OsException.class, () -> a.receive(in));
    assertThrows(OsException.class, () -> a.send(in, 0));
    assertThrows(OsException.class, a::readError);
  }

  @Test
  void aMarkNeedsPrivilegeAndIsSet() throws Exception {
    Namespace.run(netlink -> {
      UdpOptions options = UdpOptions.defaults().withMark(77);
      try (LinuxUdp a = LinuxUdp.open(0, Ip.of("127.0.0.1").lo(), 0, options)) {
        assertNull(a.readError());
      }
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aGroupOfSocketsDividesAPortByTheSendersPort(String host) throws Exception {
    Namespace.run(netlink -> {
      Ip ip = Ip.of(host);
      List<LinuxUdp> group = PortGroup.open(ip.hi(), ip.lo(), 1138, 3, UdpOptions.defaults());
      try {
        for (int n = 0; n < 12; n++) {
          try (LinuxUdp sender = ip.bind(40_000 + n)) {
            DatagramBatch out = DatagramBatch.over(new byte[10], 2);
            ip.add(out, 0, 10, 1138);
            ip.add(out, 0, 10, 1138);
            assertEquals(2, sender.send(out, 0));
            int wanted = (40_000 + n - 1138) % 3;
            for (int i = 0; i < 3; i++) {
              assertEquals(i == wanted ? 2 : 0, group.get(i).receive(in), n + " at " + i);
            }
          }
        }
      } finally {
        group.forEach(LinuxUdp::close);
      }
    });
  }

  @Test
  void aPortThatAGroupHoldsOrSomebodyElseHasIsTaken() throws Exception {
    Namespace.run(netlink -> {
      Ip ip = Ip.of("0.0.0.0");
      List<LinuxUdp> group = PortGroup.open(ip.hi(), ip.lo(), 1138, 2, UdpOptions.defaults());
      try {
        for (int count = 1; count <= 2; count++) {
          int n = count;
          OsException e =
              assertThrows(
                  OsException.class,
                  () -> PortGroup.open(ip.hi(), ip.lo(), 1138, n, UdpOptions.defaults()));
          assertEquals(Errno.EADDRINUSE, e.errno());
        }
      } finally {
        group.forEach(LinuxUdp::close);
      }
      try (LinuxUdp other = LinuxUdp.open(ip.hi(), ip.lo(), 1138, UdpOptions.defaults(), true)) {
        assertEquals(1138, other.localPort());
        assertThrows(
            OsException.class,
            () -> PortGroup.open(ip.hi(), ip.lo(), 1138, 2, UdpOptions.defaults()));
      }
    });
  }
}
