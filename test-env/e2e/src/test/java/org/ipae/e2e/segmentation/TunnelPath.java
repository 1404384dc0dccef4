// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e.segmentation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.engine.Ends;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Segmenter;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Sizes;

/** Two gateways without sockets: what goes in is cut, sealed, opened, and joined again. */
final class TunnelPath {
  private final Ends ends;
  private final PacketBatch in = new PacketBatch(1, Sizes.MAX_INNER);
  private final PacketBatch out = PacketBatch.over(new byte[1 << 18], 256);
  private final Coalescer coalescer = new Coalescer(out);
  private final Segmenter segmenter = new Segmenter();
  private final List<byte[]> opened = new ArrayList<>();
  private final List<Superpacket> joined = new ArrayList<>();

  TunnelPath(long seed, Suite suite) {
    ends = new Ends(seed, suite, site(1), site(2), this::opened);
    coalescer.enable(true, true);
  }

  private static List<Prefix> site(int n) {
    return List.of(
        Prefix.of(RandomFlows.ipv4(n), RandomFlows.IPV4_BITS),
        Prefix.of(RandomFlows.ipv6(n), RandomFlows.IPV6_BITS));
  }

  /** Sends packets through; the results are there until the next call. */
  void carry(List<Superpacket> packets) {
    opened.clear();
    joined.clear();
    for (Superpacket p : packets) {
      read(p);
      ends.outbound().packet(1, in, 0);
    }
    ends.outbound().finish();
    take();
  }

  /** As if the TUN device had given this packet. */
  private void read(Superpacket p) {
    in.clear();
    p.addTo(in, 0);
  }

  private void opened(byte[] b, int off, int len) {
    opened.add(Arrays.copyOfRange(b, off, off + len));
    if (!coalescer.fits(len)) {
      take();
    }
    coalescer.packet(b, off, len);
  }

  private void take() {
    coalescer.finish();
    for (int i = 0; i < out.count(); i++) {
      joined.add(Superpacket.of(out, i));
    }
    out.clear();
  }

  /** The datagrams that came out of the tunnel. */
  List<byte[]> opened() {
    return opened;
  }

  /** The same, joined as for the far TUN device. */
  List<Superpacket> joined() {
    return joined;
  }

  /** The joined ones, cut once more by us. */
  List<byte[]> cutAgain() {
    List<byte[]> all = new ArrayList<>(opened.size());
    for (Superpacket p : joined) {
      read(p);
      segmenter.start(in, 0);
      while (segmenter.next()) {
        int at = segmenter.offset();
        all.add(Arrays.copyOfRange(in.bytes(), at, at + segmenter.length()));
      }
    }
    return all;
  }

  /** What either side has dropped. */
  String drops() {
    return ends.near().drops() + " " + ends.far().drops();
  }
}
