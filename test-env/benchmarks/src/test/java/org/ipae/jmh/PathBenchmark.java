// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.nio.ByteBuffer;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.engine.Ends;
import org.ipae.tunnel.engine.PacketSink;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Virtio;
import org.ipae.tunnel.sim.Lab;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From one gateway to the other without sockets: cut, sealed, opened, joined. */
@State(Scope.Thread)
public class PathBenchmark {
  private static final int BATCH = 64;
  private static final int LARGE = 1_420;
  private static final int SMALL = 100;
  private static final int SEGMENTS = 40;
  private static final int HEADER = 40;
  private static final int MSS = LARGE - HEADER;

  private final PacketBatch large = batch(Lab.packet(1, 2, 1, LARGE));
  private final PacketBatch small = batch(Lab.packet(1, 2, 1, SMALL));
  private final byte[] template = superpacket();
  private final PacketBatch in = batch(template);
  private final PacketBatch out = PacketBatch.over(new byte[1 << 17], SEGMENTS);
  private final Coalescer coalescer = new Coalescer(out);
  private Ends plain;
  private Ends joining;
  private long came;

  @Setup
  public void gateways() {
    in.segmentation(0, Virtio.GSO_TCPV4, 0, MSS);
    in.checksum(0, Virtio.NEEDS_CSUM, 20, 16);
    coalescer.enable(true, true);
    plain = ends((b, off, len) -> came += len);
    joining = ends(coalescer::packet);
  }

  private static Ends ends(PacketSink sink) {
    return new Ends(1, Suite.X25519_AES256GCM, List.of(Lab.lan(1)), List.of(Lab.lan(2)), sink);
  }

  private static PacketBatch batch(byte[] packet) {
    PacketBatch batch = new PacketBatch(1, packet.length);
    System.arraycopy(packet, 0, batch.bytes(), 0, packet.length);
    batch.add(0, packet.length);
    return batch;
  }

  private static byte[] superpacket() {
    int length = HEADER + SEGMENTS * MSS;
    ByteBuffer p = ByteBuffer.wrap(Lab.packet(1, 2, 1, length));
    p.put(9, (byte) 6).put(32, (byte) 0x50).put(33, (byte) 0x10);
    return p.array();
  }

  private long check(long before, long expected) {
    if (came - before != expected) {
      throw new IllegalStateException("lost: " + (came - before));
    }
    return came;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long largePackets() {
    long before = came;
    for (int i = 0; i < BATCH; i++) {
      plain.outbound().packet(1, large, 0);
    }
    plain.outbound().finish();
    return check(before, (long) BATCH * LARGE);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long smallPackets() {
    long before = came;
    for (int i = 0; i < BATCH; i++) {
      plain.outbound().packet(1, small, 0);
    }
    plain.outbound().finish();
    return check(before, (long) BATCH * SMALL);
  }

  @Benchmark
  public long aloneSmall() {
    long before = came;
    plain.outbound().packet(1, small, 0);
    plain.outbound().finish();
    return check(before, SMALL);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public long superpackets() {
    long before = came;
    System.arraycopy(template, 0, in.bytes(), 0, template.length);
    joining.outbound().packet(1, in, 0);
    joining.outbound().finish();
    coalescer.finish();
    came += out.length(0);
    out.clear();
    return check(before, template.length);
  }
}
