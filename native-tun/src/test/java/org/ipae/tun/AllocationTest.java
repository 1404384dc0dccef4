// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.device.LinuxTun;
import org.ipae.tun.device.LinuxTunTest;
import org.ipae.tun.device.TunOptions;
import org.ipae.tun.kernel.Namespace;
import org.ipae.tun.udp.LinuxUdp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a batch costs on the heap, and how fast datagrams pass over loopback. */
@Timeout(120)
class AllocationTest {
  private static final int BATCH = 64;
  private static final int WARM_UP = 2_000;
  private static final int MEASURED = 500;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Turn {
    void run() throws Exception;
  }

  private double bytesPerTurn(Turn turn) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      turn.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < MEASURED; i++) {
      turn.run();
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED;
  }

  @Test
  void aBatchOfDatagramsAllocatesNothing() throws Exception {
    for (Ip ip : new Ip[] {Ip.of("127.0.0.1"), Ip.of("::1")}) {
      try (LinuxUdp a = ip.bind(0);
          LinuxUdp b = ip.bind(0);
          Poller poller = new Poller(b.descriptor())) {
        DatagramBatch out = datagrams(ip, b.localPort());
        DatagramBatch in = new DatagramBatch(BATCH, 2048);
        double bytes =
            bytesPerTurn(() -> {
              a.send(out, 0);
              int n = 0;
              while (n < BATCH) {
                poller.await(1_000_000_000L);
                n += b.receive(in);
              }
              BootClock.nanos();
            });
        System.out.printf(
            "allocation: %.2f bytes per batch of %d datagrams sent and received (%s)%n",
            bytes, BATCH, a.ipv4() ? "IPv4" : "IPv6");
        assertTrue(bytes < 16, "bytes per batch: " + bytes);
      }
    }
  }

  @Test
  void aBatchOfPacketsAllocatesNothing() throws Exception {
    Namespace.run(netlink -> {
      try (LinuxTun tun = LinuxTun.open("ipae0", TunOptions.defaults());
          LinuxUdp socket = Ip.of("0.0.0.0").bind(0)) {
        LinuxTunTest.configure(netlink, tun);
        DatagramBatch out = DatagramBatch.over(new byte[1200], BATCH);
        Ip to = Ip.of("198.51.100.7");
        while (!out.full()) {
          to.add(out, 0, 1200, 7000);
        }
        PacketBatch packets = new PacketBatch(BATCH, 1500);
        double bytes =
            bytesPerTurn(() -> {
              socket.send(out, 0);
              assertEquals(BATCH, tun.read(packets));
              // Back into the host, which drops them: it is no router.
              assertEquals(BATCH, tun.write(packets));
            });
        System.out.printf(
            "allocation: %.2f bytes per batch of %d packets read and written%n", bytes, BATCH);
        assertTrue(bytes < 16, "bytes per batch: " + bytes);
      }
    });
  }

  @Test
  void datagramsPassOverLoopback() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = ip.bind(0)) {
      DatagramBatch out = datagrams(ip, b.localPort());
      DatagramBatch in = new DatagramBatch(BATCH, 2048);
      long received = 0;
      long start = 0;
      int turns = 6_000;
      for (int turn = -1_000; turn < turns; turn++) {
        if (turn == 0) {
          start = System.nanoTime();
          received = 0;
        }
        a.send(out, 0);
        int n;
        do {
          n = b.receive(in);
          received += n;
        } while (n == BATCH);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "loopback: %.0f datagrams of 1452 bytes a second sent and received by one thread%n",
          received / seconds);
      assertTrue(received > turns * BATCH * 9L / 10);
    }
  }

  private static DatagramBatch datagrams(Ip to, int port) {
    DatagramBatch out = DatagramBatch.over(new byte[BATCH * 1452], BATCH);
    for (int i = 0; i < BATCH; i++) {
      int sent = to.add(out, i * 1452, 1452, port);
      out.local(sent, to.hi(), to.lo());
      out.ecn(sent, 1);
    }
    return out;
  }
}
