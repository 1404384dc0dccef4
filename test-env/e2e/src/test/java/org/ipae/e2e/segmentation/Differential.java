// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e.segmentation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.ipae.crypto.Suite;

/**
 * Random superpackets through the tunnel and through the kernel's own segmentation: the streams
 * must be equal, byte for byte. A process of its own in a network namespace: SEED COUNT. Exit code
 * 0 if they are equal.
 *
 * <p>Three streams are held against the kernel's: what the tunnel delivers as plain datagrams; what
 * our segmentation makes of them after they were joined; what the kernel's makes of them. Only one
 * thing is adjusted: the kernel has forwarded and the tunnel has not, so that TTL and hop limit of
 * ours are taken down by one, with the header checksum by difference alone ({@link #forward}), as a
 * router does: a wrong checksum stays wrong.
 */
public final class Differential {
  /** Packets of a batch, which has one seed: its number added to the first. */
  private static final int BATCH = 16;

  private static final int MOST_SEGMENTS = 400;

  /** A new session after so many batches. */
  private static final int SESSION = 4_096;

  private static final Suite[] SUITES = {
    Suite.X25519_MLKEM768_AES256GCM, Suite.X25519_MLKEM768_CHACHA20POLY1305
  };

  private final KernelPath kernel;
  private TunnelPath tunnel;
  private long segments;
  private long superpackets;

  private Differential(KernelPath kernel) {
    this.kernel = kernel;
  }

  public static void main(String[] args) throws IOException {
    long seed = Long.parseLong(args[0]);
    long cases = Long.parseLong(args[1]);
    try (KernelPath kernel = new KernelPath()) {
      Differential d = new Differential(kernel);
      if (!d.run(seed, cases)) {
        System.exit(1);
      }
    }
  }

  private boolean run(long first, long cases) throws IOException {
    long done = 0;
    for (long batch = 0; done < cases; batch++) {
      if (batch % SESSION == 0) {
        tunnel = new TunnelPath(batch, SUITES[(int) (batch / SESSION) % SUITES.length]);
      }
      List<Superpacket> packets = packets(first + batch);
      String difference = difference(packets);
      if (difference != null) {
        System.out.printf("seed %d (run: %d 1): %s%n", first + batch, first + batch, difference);
        return false;
      }
      done += packets.size();
    }
    System.out.printf(
        "%,d superpackets: %,d datagrams equal to the kernel's own segmentation, and equal again"
            + " after joining them to %,d%s (seed %d)%n",
        done,
        segments,
        superpackets,
        kernel.udp() ? "" : "; this kernel has no USO: TCP only",
        first);
    return true;
  }

  private List<Superpacket> packets(long seed) {
    RandomFlows flows = new RandomFlows(new SplittableRandom(seed), kernel.udp());
    List<Superpacket> packets = new ArrayList<>();
    for (int room = MOST_SEGMENTS; packets.size() < BATCH && room > 100; ) {
      Superpacket p = flows.next();
      packets.add(p);
      room -= p.size() == 0 ? 1 : Math.ceilDiv(p.bytes().length, p.size());
    }
    return packets;
  }

  /** What is not equal, or null. */
  private String difference(List<Superpacket> packets) throws IOException {
    tunnel.carry(packets);
    List<byte[]> ours = tunnel.opened();
    List<byte[]> again = tunnel.cutAgain();
    ours.forEach(Differential::forward);
    again.forEach(Differential::forward);
    List<byte[]> expected = kernel.cut(packets, ours.size());
    segments += expected.size();
    superpackets += tunnel.joined().size();
    String d = difference("the tunnel", expected, ours, packets);
    d = d != null ? d : difference("joined and cut by us", expected, again, packets);
    return d != null
        ? d
        : difference(
            "joined and cut by the kernel",
            expected,
            kernel.cut(tunnel.joined(), expected.size()),
            packets);
  }

  private String difference(
      String what, List<byte[]> expected, List<byte[]> got, List<Superpacket> packets) {
    for (int i = 0; i < Math.min(expected.size(), got.size()); i++) {
      int at = Arrays.mismatch(expected.get(i), got.get(i));
      if (at >= 0) {
        return "%s: datagram %d differs at byte %d%n  kernel %s%n  ours   %s%n%s"
            .formatted(what, i, at, hex(expected.get(i)), hex(got.get(i)), text(packets));
      }
    }
    return expected.size() == got.size()
        ? null
        : "%s: %d datagrams, the kernel made %d; dropped: %s%n%s"
            .formatted(what, got.size(), expected.size(), tunnel.drops(), text(packets));
  }

  private static String hex(byte[] b) {
    return HexFormat.of().formatHex(b);
  }

  private static String text(List<Superpacket> packets) {
    StringBuilder s = new StringBuilder("  of these:\n");
    packets.forEach(p -> s.append("  ").append(p).append('\n'));
    return s.toString();
  }

  /** As a router: one from TTL or hop limit, the IPv4 header checksum by RFC 1624. */
  static void forward(byte[] p) {
    if (p[0] >>> 4 == 6) {
      p[7]--;
      return;
    }
    p[8]--;
    int sum = ((p[10] & 0xff) << 8 | p[11] & 0xff) + 0x100;
    sum += sum >= 0xffff ? 1 : 0;
    p[10] = (byte) (sum >>> 8);
    p[11] = (byte) sum;
  }
}
