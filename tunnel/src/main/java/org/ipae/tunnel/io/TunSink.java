// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.util.List;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.device.Tun;
import org.ipae.tunnel.engine.PacketSink;
import org.ipae.tunnel.link.Counters;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Segmenter;
import org.ipae.tunnel.offload.Virtio;
import org.ipae.tunnel.wire.DropReason;

/**
 * Joins packets to superpackets and writes them to the TUN device in batches, each into the queue
 * of the lane it came by: the kernel sends the other direction of a flow by the queue that it was
 * written to, and so a flow keeps one lane in both directions. One in thread.
 */
final class TunSink implements PacketSink {
  private static final int ARRAY = 1 << 18;
  private static final int BATCH = 256;

  private final List<Tun> tuns;
  private final Counters counters;
  private final PacketBatch packets = PacketBatch.over(new byte[ARRAY], BATCH);
  private final PacketBatch single = PacketBatch.over(packets.bytes(), 1);
  private final Coalescer coalescer = new Coalescer(packets);
  private final Segmenter segmenter = new Segmenter();
  private int lane;
  private volatile boolean joinsTcp;
  private volatile boolean joinsUdp;

  /**
   * Begins with the queue of lane 0.
   *
   * @param tuns the queues of all lanes
   */
  TunSink(List<? extends Tun> tuns, Counters counters) {
    this.tuns = List.copyOf(tuns);
    this.counters = counters;
    joinsTcp = tuns.getFirst().tcpOffload();
    joinsUdp = tuns.getFirst().udpOffload();
    coalescer.enable(joinsTcp, joinsUdp);
  }

  /** Whether TCP packets are joined to superpackets. Any thread. */
  boolean joinsTcp() {
    return joinsTcp;
  }

  /** The same for UDP. */
  boolean joinsUdp() {
    return joinsUdp;
  }

  /** The lane whose queue packets go to at present. */
  int lane() {
    return lane;
  }

  @Override
  public void lane(int number) {
    if (number != lane) {
      flush();
      lane = number;
    }
  }

  @Override
  public void packet(byte[] b, int offset, int length) {
    if (!coalescer.fits(length)) {
      flush();
    }
    coalescer.packet(b, offset, length);
  }

  /** Writes everything taken. */
  void flush() {
    coalescer.finish();
    if (packets.count() > 0) {
      write(tuns.get(lane % tuns.size()));
      packets.clear();
    }
  }

  private void write(Tun tun) {
    int lost = packets.count();
    try {
      lost -= tun.write(packets);
      for (int i = 0; i < packets.count(); i++) {
        if (packets.refused(i) && packets.gsoType(i) != Virtio.GSO_NONE) {
          lost += writeApart(tun, i) - 1;
        }
      }
    } catch (IOException e) {
      Log.debug("TUN: " + Reason.of(e));
    }
    if (lost > 0) {
      counters.drop(DropReason.TUN_REFUSED, lost);
    }
  }

  /**
   * A kernel that refuses a superpacket gets its packets, and no more superpackets of that kind.
   *
   * @return packets that it did not take either
   */
  private int writeApart(Tun tun, int i) throws IOException {
    boolean udp = packets.gsoType(i) == Virtio.GSO_UDP_L4;
    if (udp ? joinsUdp : joinsTcp) {
      Log.warn(
          "the kernel refuses "
              + (udp ? "UDP" : "TCP")
              + " superpackets on "
              + tun.name()
              + ": offload is off for them, this costs speed; say "
              + (udp ? "tun_udp" : "tun_tcp")
              + " = false in [offload]");
    }
    joinsTcp &= udp;
    joinsUdp &= !udp;
    coalescer.enable(joinsTcp, joinsUdp);
    int lost = 0;
    segmenter.start(packets, i);
    while (segmenter.next()) {
      single.clear();
      single.add(segmenter.offset(), segmenter.length());
      lost += 1 - tun.write(single);
    }
    return lost;
  }
}
