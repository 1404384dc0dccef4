// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e.segmentation;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.ipae.tunnel.offload.Sum;

/**
 * Random packets of TCP and UDP flows over IPv4 and IPv6, each as a TUN device may hand it over:
 * mostly superpackets, some alone. Half of them go on with the flow before, so that there is
 * something to join across superpackets, and a field that must not change sometimes does.
 */
final class RandomFlows {
  static final int IPV4_BITS = 16;
  static final int IPV6_BITS = 32;

  private static final int LONGEST = 65_535;
  private static final int NEEDS_CSUM = 1;
  private static final int FIN = 0x01;
  private static final int PSH = 0x08;
  private static final int ACK = 0x10;
  private static final int CWR = 0x80;

  private final RandomGenerator random;
  private final boolean withUdp;
  private byte[] header = {};
  private int ip;
  private boolean v4;
  private boolean tcp;
  private int size;
  private int body;

  /**
   * Flows of one seed.
   *
   * @param withUdp whether there are UDP superpackets as well
   */
  RandomFlows(RandomGenerator random, boolean withUdp) {
    this.random = random;
    this.withUdp = withUdp;
  }

  /** Prefix of the addresses of site 1, the sources, and site 2, the destinations. */
  static byte[] ipv4(int site) {
    return new byte[] {10, (byte) site, 0, 0};
  }

  static byte[] ipv6(int site) {
    byte[] prefix = new byte[16];
    prefix[0] = (byte) 0xfd;
    prefix[3] = (byte) site;
    return prefix;
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  Superpacket next() {
    boolean goesOn = header.length > 0 && random.nextBoolean();
    if (goesOn) {
      goOn();
    } else {
      begin();
    }
    if (!goesOn || one(4)) {
      size = size();
    }
    int room = LONGEST - header.length;
    size = Math.min(size, room);
    int count = one(16) ? 1 : one(64) ? 2 + random.nextInt(tcp ? 99 : 63) : 2 + random.nextInt(19);
    count = Math.min(count, Math.ceilDiv(room, size));
    body = (count - 1) * size + (one(4) ? size : 1 + random.nextInt(size));
    body = Math.min(body, room);
    if (tcp) {
      header[ip + 13] = (byte) flags();
    }
    return packet();
  }

  private int size() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> 1 + random.nextInt(100);
      case 3, 4 -> 1 + random.nextInt(600);
      case 5, 6 -> 1_180 + random.nextInt(300);
      default -> 1 + random.nextInt(one(8) ? 9_000 : 2_000);
    };
  }

  private int flags() {
    if (one(32)) {
      return random.nextInt(256);
    }
    return ACK
        | (one(4) ? 0x40 : 0)
        | (one(4) ? PSH : 0)
        | (one(12) ? FIN : 0)
        | (one(8) ? CWR : 0);
  }

  private void begin() {
    v4 = random.nextBoolean();
    tcp = !withUdp || random.nextInt(3) > 0;
    ip = v4 ? 20 + (one(12) ? 4 * (1 + random.nextInt(10)) : 0) : 40;
    int transport = tcp ? 20 + (one(3) ? 4 * random.nextInt(11) : one(2) ? 12 : 0) : 8;
    header = new byte[ip + transport];
    random.nextBytes(header);
    ByteBuffer h = ByteBuffer.wrap(header);
    if (v4) {
      h.put(0, (byte) (0x40 | ip / 4));
      // DF or not; the reserved bit now and then; never a fragment.
      h.putShort(6, (short) ((random.nextBoolean() ? 0x4000 : 0) | (one(32) ? 0x8000 : 0)));
      h.put(8, hops()).put(9, (byte) (tcp ? 6 : 17));
      h.put(12, ipv4(1), 0, IPV4_BITS / 8).put(16, ipv4(2), 0, IPV4_BITS / 8);
      ipOptions(h);
    } else {
      h.put(0, (byte) (0x60 | header[0] & 0xf)).put(6, (byte) (tcp ? 6 : 17)).put(7, hops());
      h.put(8, ipv6(1), 0, IPV6_BITS / 8).put(24, ipv6(2), 0, IPV6_BITS / 8);
    }
    if (tcp) {
      h.put(ip + 12, (byte) (transport / 4 << 4 | (one(8) ? header[ip + 12] & 0xf : 0)));
      tcpOptions(h, transport);
    }
  }

  /** A router takes one away, and forwards nothing that then has none. */
  private byte hops() {
    return (byte) (2 + random.nextInt(254));
  }

  /**
   * Those that a router leaves alone: no-operation, router alert, one that nobody knows, the end.
   */
  private void ipOptions(ByteBuffer h) {
    int at = 20;
    while (at < ip) {
      switch (random.nextInt(4)) {
        case 0 -> h.put(at++, (byte) 1);
        case 1 -> {
          if (ip - at >= 4) {
            h.put(at, (byte) 148).put(at + 1, (byte) 4).putShort(at + 2, (short) 0);
            at += 4;
          }
        }
        case 2 -> {
          if (ip - at >= 2) {
            int length = 2 + random.nextInt(ip - at - 1);
            h.put(at, (byte) 158).put(at + 1, (byte) length);
            at += length;
          }
        }
        default -> {
          while (at < ip) {
            h.put(at++, (byte) 0);
          }
        }
      }
    }
  }

  /** Time stamps, SACK blocks behind them, or anything at all. */
  private void tcpOptions(ByteBuffer h, int transport) {
    int at = ip + 20;
    if (transport >= 32 && !one(3)) {
      h.putInt(at, 0x0101_080a);
      at += 12;
      int blocks = (ip + transport - at - 4) / 8;
      if (blocks > 0 && (ip + transport - at) % 8 == 4) {
        h.putShort(at, (short) 0x0101).put(at + 2, (byte) 5).put(at + 3, (byte) (2 + 8 * blocks));
      }
    }
  }

  private void goOn() {
    ByteBuffer h = ByteBuffer.wrap(header);
    if (v4) {
      h.putShort(4, (short) (h.getShort(4) + Math.ceilDiv(body, size)));
    }
    if (tcp) {
      h.putInt(ip + 4, h.getInt(ip + 4) + body);
    }
    switch (random.nextInt(24)) {
      case 0 -> h.put(1, (byte) random.nextInt()); // traffic class, ECN, flow label
      case 1 -> h.put(v4 ? 8 : 7, hops());
      case 2 -> h.put(ip + 1, (byte) random.nextInt()); // a port
      case 3 -> h.putShort(v4 ? 4 : 2, (short) random.nextInt()); // id, flow label
      case 4 -> {
        if (tcp) {
          h.putInt(ip + 4 + 4 * random.nextInt(2), random.nextInt()); // sequence or acknowledgement
        }
      }
      case 5 -> {
        if (tcp) {
          h.putShort(ip + 14, (short) random.nextInt()); // window
        }
      }
      default -> {}
    }
  }

  private Superpacket packet() {
    byte[] b = new byte[header.length + body];
    random.nextBytes(b);
    System.arraycopy(header, 0, b, 0, header.length);
    ByteBuffer p = ByteBuffer.wrap(b);
    if (v4) {
      p.putShort(2, (short) b.length).putShort(10, (short) 0);
      p.putShort(10, (short) ~Sum.of(b, 0, ip, 0));
    } else {
      p.putShort(4, (short) (b.length - ip));
    }
    if (!tcp) {
      p.putShort(ip + 4, (short) (b.length - ip));
    }
    int place = tcp ? 16 : 6;
    p.putShort(ip + place, (short) Sum.pseudo(b, ip, tcp ? 6 : 17));
    if (body > size || plain() && one(2)) {
      return superpacket(b, place);
    }
    if (random.nextBoolean()) {
      return new Superpacket(b, NEEDS_CSUM, 0, 0, 0, ip, place);
    }
    // Whole; UDP now and then without a checksum.
    int whole = ~Sum.of(b, ip, b.length, 0) & 0xffff;
    p.putShort(ip + place, (short) (tcp ? whole : one(4) ? 0 : whole == 0 ? 0xffff : whole));
    return new Superpacket(b, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Without options. A superpacket that has no more than one segment is none, to us and to the
   * kernel; but the kernel measures without options, so that it drops some that are none with them.
   */
  private boolean plain() {
    return header.length == (v4 ? 20 : 40) + (tcp ? 20 : 8);
  }

  private Superpacket superpacket(byte[] b, int place) {
    int type = !tcp ? 5 : v4 ? 1 : 4;
    if (tcp && (b[ip + 13] & CWR) != 0 && !one(4)) {
      type |= 0x80;
    }
    // The kernel tells hdr_len and must not be believed.
    int told = one(4) ? random.nextInt(b.length + 1) : header.length;
    return new Superpacket(b, NEEDS_CSUM, type, told, size, ip, place);
  }
}
