package org.ipae.e2e.segmentation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.engine.Ends;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Segmenter;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Sizes;

/** Two gateways without sockets: what goes in is cut, sealed, opened, and joined again. */
final class TunnelPath {
  private static final int SPARE = 64;

  private final Ends ends;
  private final Coalescer coalescer = new Coalescer(1 << 18, this::joined);
  private final Segmenter segmenter = new Segmenter();
  private final byte[] array = new byte[Sizes.MAX_INNER + 2 * SPARE];
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
      System.arraycopy(p.bytes(), 0, array, SPARE, p.bytes().length);
      ends.outbound()
          .packet(
              1,
              array,
              SPARE,
              p.bytes().length,
              p.flags(),
              p.type(),
              p.size(),
              p.start(),
              p.place());
    }
    ends.outbound().finish();
    coalescer.flush();
    coalescer.reset();
  }

  private void opened(byte[] b, int off, int len) {
    opened.add(Arrays.copyOfRange(b, off, off + len));
    if (!coalescer.fits(len)) {
      coalescer.flush();
      coalescer.reset();
    }
    coalescer.packet(b, off, len);
  }

  private void joined(
      int off, int len, int flags, int type, int header, int size, int start, int place) {
    byte[] bytes = Arrays.copyOfRange(coalescer.array(), off, off + len);
    joined.add(new Superpacket(bytes, flags, type, header, size, start, place));
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
    List<byte[]> out = new ArrayList<>(opened.size());
    for (Superpacket p : joined) {
      System.arraycopy(p.bytes(), 0, array, SPARE, p.bytes().length);
      segmenter.start(
          array, SPARE, p.bytes().length, p.flags(), p.type(), p.size(), p.start(), p.place());
      while (segmenter.next()) {
        int at = segmenter.offset();
        out.add(Arrays.copyOfRange(array, at, at + segmenter.length()));
      }
    }
    return out;
  }

  /** What either side has dropped. */
  String drops() {
    return ends.near().drops() + " " + ends.far().drops();
  }
}
