package org.ipae.tun.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.udp.PathError;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {
  private static final long A = 0xffff_0a00_0001L;
  private static final long B = 0xffff_0a00_0002L;

  private final MemoryNetwork network = new MemoryNetwork(4, 1452);
  private final DatagramBatch in = new DatagramBatch(8, 1500);

  @Test
  void aDatagramArrivesWithBothAddressesAndEcn() throws Exception {
    MemoryUdp a = network.bind(0, A, 500);
    MemoryUdp b = network.bind(0, B, 600);
    DatagramBatch out = DatagramBatch.over(new byte[] {9, 1, 2, 3, 9}, 1);
    out.remote(out.add(1, 3), 0, B, 600);
    out.ecn(0, 2);
    assertEquals(1, a.send(out, 0));
    assertEquals(1, b.receive(in));
    assertEquals(A, in.remoteLo(0));
    assertEquals(500, in.remotePort(0));
    assertEquals(B, in.localLo(0));
    assertEquals(2, in.ecn(0));
    assertArrayEquals(
        new byte[] {1, 2, 3},
        Arrays.copyOfRange(in.bytes(), in.offset(0), in.offset(0) + in.length(0)));
    assertEquals(0, b.receive(in));
    assertTrue(a.ipv4());
  }

  @Test
  void aRunIsSentAsSeparateDatagramsTheLastOneShorter() throws Exception {
    MemoryUdp a = network.bind(1, 1, 1);
    MemoryUdp b = network.bind(1, 2, 1);
    DatagramBatch out = DatagramBatch.over(new byte[250], 1);
    out.remote(out.add(0, 250), 1, 2, 1);
    out.segmentSize(0, 100);
    assertEquals(1, a.send(out, 0));
    assertEquals(3, b.receive(in));
    assertEquals(100, in.length(1));
    assertEquals(50, in.length(2));
  }

  @Test
  void aFullQueueDropsAndCounts() throws Exception {
    MemoryUdp a = network.bind(1, 1, 1);
    MemoryUdp b = network.bind(1, 2, 1);
    DatagramBatch out = DatagramBatch.over(new byte[1], 6);
    while (!out.full()) {
      out.remote(out.add(0, 1), 1, 2, 1);
    }
    assertEquals(5, a.send(out, 1));
    assertEquals(4, b.waiting());
    assertEquals(1, b.receiveDrops());
  }

  @Test
  void refusedDatagramsAreCountedByNameAndTheRestGoesOn() throws Exception {
    MemoryUdp a = network.bind(1, 1, 1);
    MemoryUdp b = network.bind(1, 2, 1);
    DatagramBatch out = DatagramBatch.over(new byte[2000], 4);
    out.remote(out.add(0, 1453), 1, 2, 1);
    out.remote(out.add(0, 10), 0, A, 1);
    out.remote(out.add(0, 10), 1, 3, 1);
    out.remote(out.add(0, 1452), 1, 2, 1);
    assertEquals(4, a.send(out, 0));
    assertEquals(Map.of("EMSGSIZE", 1L, "EAFNOSUPPORT", 1L), a.sendErrors());
    assertEquals(1, b.receive(in));
    assertEquals(1, network.lost());
  }

  @Test
  void aBusyPortIsRefusedUntilItsOwnerCloses() throws Exception {
    MemoryUdp first = network.bind(0, A, 500);
    OsException e = assertThrows(OsException.class, () -> network.bind(0, A, 500));
    assertEquals(Errno.EADDRINUSE, e.errno());
    first.close();
    first.close();
    assertEquals(500, network.bind(0, A, 500).localPort());
    assertThrows(OsException.class, () -> first.receive(in));
  }

  @Test
  void portZeroGetsAFreePort() throws Exception {
    assertTrue(network.bind(0, A, 0).localPort() != network.bind(0, A, 0).localPort());
  }

  @Test
  void aReportedPathErrorIsReadOnce() throws Exception {
    MemoryUdp a = network.bind(0, A, 500);
    PathError error = new PathError(Errno.EMSGSIZE, 1400, 0, B, 600, false);
    a.report(error);
    assertEquals(error, a.readError());
    assertNull(a.readError());
    assertEquals(-1, a.descriptor());
  }
}
