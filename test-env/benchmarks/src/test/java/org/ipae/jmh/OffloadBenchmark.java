// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.nio.ByteBuffer;
import java.util.Random;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Segmenter;
import org.ipae.tunnel.offload.Virtio;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A TCP superpacket of 40 segments of 1,420 bytes: cut, and joined. */
@State(Scope.Thread)
public class OffloadBenchmark {
  private static final int SEGMENTS = 40;
  private static final int HEADER = 40;
  private static final int MSS = 1_420 - HEADER;
  private static final int LENGTH = HEADER + SEGMENTS * MSS;

  private final byte[] header = new byte[HEADER];
  private final PacketBatch in = new PacketBatch(1, LENGTH);
  private final byte[] superpacket = in.bytes();
  private final byte[] segments = new byte[SEGMENTS * (HEADER + MSS)];
  private final Segmenter segmenter = new Segmenter();
  private final PacketBatch out = PacketBatch.over(new byte[1 << 17], SEGMENTS);
  private final Coalescer coalescer = new Coalescer(out);

  @Setup
  public void packets() {
    new Random(1).nextBytes(superpacket);
    ByteBuffer p = ByteBuffer.wrap(superpacket);
    p.putShort(0, (short) 0x4500).putShort(2, (short) LENGTH);
    p.putInt(4, 0x4000).putShort(8, (short) 0x4006);
    p.putInt(12, 0x0a01_0001).putInt(16, 0x0a02_0001);
    p.putShort(32, (short) 0x5010);
    System.arraycopy(superpacket, 0, header, 0, HEADER);
    coalescer.enable(true, true);
    start();
    for (int at = 0; segmenter.next(); at += segmenter.length()) {
      System.arraycopy(superpacket, segmenter.offset(), segments, at, segmenter.length());
    }
  }

  /** Only the header was overwritten that matters. */
  private void start() {
    System.arraycopy(header, 0, superpacket, 0, HEADER);
    in.clear();
    int i = in.add(0, LENGTH);
    in.segmentation(i, Virtio.GSO_TCPV4, 0, MSS);
    in.checksum(i, Virtio.NEEDS_CSUM, HEADER / 2, 16);
    segmenter.start(in, i);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public int segment() {
    start();
    int n = 0;
    while (segmenter.next()) {
      n += segmenter.length();
    }
    return n;
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public int coalesce() {
    for (int at = 0; at < segments.length; at += HEADER + MSS) {
      coalescer.packet(segments, at, HEADER + MSS);
    }
    coalescer.finish();
    int joined = out.length(0);
    out.clear();
    if (joined != LENGTH) {
      throw new IllegalStateException("not joined");
    }
    return joined;
  }
}
