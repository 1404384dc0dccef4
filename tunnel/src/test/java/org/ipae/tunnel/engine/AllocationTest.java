// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.List;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Suite;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Virtio;
import org.ipae.tunnel.sim.Lab;
import org.junit.jupiter.api.Test;

/** What a packet costs on the heap on its way out and in. */
class AllocationTest {
  private static final int WINDOWS = 40;
  private static final int TURNS = 5_000;

  /**
   * Four descriptions of array ranges that the library is called with: the JIT compiler leaves them
   * out, with the option that bin/ipae gives it nearly always.
   */
  private static final int MOST = 449;

  private static final int PACKET = 1_420;
  private static final int SEGMENTS = 40;
  private static final int IP_HEADER = 20;
  private static final int TCP_HEADER = 20;
  private static final int TCP_CHECKSUM = 16;
  private static final int MSS = PACKET - IP_HEADER - TCP_HEADER;

  private interface Turn {
    void run();
  }

  /** The counter of this thread; looked up by name, since the module does without management. */
  private static long allocated() {
    try {
      Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
      Object threads = factory.getMethod("getThreadMXBean").invoke(null);
      Method m =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      return (long) m.invoke(threads);
    } catch (ReflectiveOperationException e) {
      return -1;
    }
  }

  /** The least of many windows: before the JIT compiler is done there is garbage of its lack. */
  private double bytesPerTurn(Turn turn) {
    double least = Double.MAX_VALUE;
    for (int window = 0; window < WINDOWS && least >= 1; window++) {
      turns += TURNS;
      long before = allocated();
      for (int i = 0; i < TURNS; i++) {
        turn.run();
      }
      least = Math.min(least, (double) (allocated() - before) / TURNS);
    }
    return least;
  }

  private int turns;

  private static Ends ends(PacketSink sink) {
    return new Ends(1, Suite.X25519_AES256GCM, List.of(Lab.lan(1)), List.of(Lab.lan(2)), sink);
  }

  @Test
  void sealingAndOpeningAPacketAllocatesHardlyAnything() {
    assumeTrue(allocated() > 0, "this JVM was started without the module jdk.management");
    long[] delivered = {0};
    Ends ends = ends((bytes, off, len) -> delivered[0] += len);
    PacketBatch packet = Received.packet(Lab.packet(1, 2, 1, PACKET));
    double each =
        bytesPerTurn(() -> {
          ends.outbound().packet(1, packet, 0);
          ends.outbound().finish();
        });
    assertEquals((long) PACKET * turns, delivered[0], ends.far().drops()::toString);
    pin("a packet", each);
  }

  @Test
  void cuttingSealingOpeningAndJoiningASuperpacketAllocatesHardlyAnything() {
    assumeTrue(allocated() > 0, "this JVM was started without the module jdk.management");
    int[] joined = {0};
    byte[] template = superpacket();
    PacketBatch out = PacketBatch.over(new byte[1 << 17], SEGMENTS);
    Coalescer coalescer = new Coalescer(out);
    coalescer.enable(true, true);
    Ends ends = ends(coalescer::packet);
    PacketBatch in = new PacketBatch(1, template.length);
    double each =
        bytesPerTurn(() -> {
          System.arraycopy(template, 0, in.bytes(), 0, template.length);
          in.clear();
          int i = in.add(0, template.length);
          in.segmentation(i, Virtio.GSO_TCPV4, 0, MSS);
          in.checksum(i, Virtio.NEEDS_CSUM, IP_HEADER, TCP_CHECKSUM);
          ends.outbound().packet(1, in, i);
          ends.outbound().finish();
          coalescer.finish();
          assertEquals(template.length, out.length(0));
          joined[0] += out.count();
          out.clear();
        });
    assertEquals(turns, joined[0], ends.far().drops()::toString);
    pin("a segment of a superpacket", each / SEGMENTS);
  }

  /** IPv4 and TCP, its checksum yet to be completed. */
  private static byte[] superpacket() {
    int length = IP_HEADER + TCP_HEADER + SEGMENTS * MSS;
    ByteBuffer p = ByteBuffer.wrap(Lab.packet(1, 2, 1, length));
    p.put(9, (byte) 6).put(IP_HEADER + 12, (byte) 0x50).put(IP_HEADER + 13, (byte) 0x10);
    int pseudo = 6 + length - IP_HEADER;
    for (int at = 12; at < IP_HEADER; at += 2) {
      pseudo += p.getShort(at) & 0xffff;
    }
    p.putShort(IP_HEADER + TCP_CHECKSUM, (short) ((pseudo >>> 16) + pseudo));
    return p.array();
  }

  private static void pin(String what, double each) {
    assertTrue(PacketCipher.library(), "measured with the library's ciphers");
    System.out.printf("allocation: %.0f bytes to seal and open %s%n", each, what);
    assertTrue(each < MOST, "bytes each: " + each);
  }
}
