// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tunnel.link.Allowance;
import org.ipae.tunnel.offload.Checksum;
import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.wire.BigEndian;

/**
 * Answers the senders of inner packets that are too big: ICMP "fragmentation needed" (RFC 1191) and
 * ICMPv6 "packet too big" (RFC 4443). Each sending thread has one; the limit on their number is
 * shared by all.
 *
 * <p>The source of an answer is the destination of the packet: that address is routed to the TUN
 * device, so strict source checks accept it. A host would drop a packet from an address of its own.
 */
final class TooBig {
  /** Most answers in one {@link #PERIOD}. */
  static final int LIMIT = 50;

  /** Milliseconds. */
  static final long PERIOD = 100;

  /** The longest answers, in bytes: RFC 1812 section 4.3.2.3, RFC 4443 section 2.4. */
  private static final int LONGEST_V4 = 576;

  private static final int LONGEST_V6 = 1_280;

  private static final int IPV4 = 20;
  private static final int IPV6 = 40;
  private static final int ICMP_HEADER = 8;
  private static final int HOPS = 64;
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int ICMPV6 = 58;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int OFFSET = 0x1fff;
  private static final int EXTENSIONS = 8;

  private final PacketSink answers;
  private final byte[] out = new byte[LONGEST_V6];
  private final Allowance allowance;

  TooBig(PacketSink answers, Allowance allowance) {
    this.answers = answers;
    this.allowance = allowance;
  }

  /** Whether the sender of a whole IP datagram forbids fragmentation and may be answered. */
  static boolean concerns(byte[] b, int off, int len) {
    return IpHeader.version(b, off) == 4 ? concernsV4(b, off, len) : concernsV6(b, off, len);
  }

  /** Whether it is a TCP segment, which is carried all the same. */
  static boolean tcp(byte[] b, int off) {
    return b[off + (IpHeader.version(b, off) == 4 ? 9 : 6)] == TCP;
  }

  private static boolean concernsV4(byte[] b, int off, int len) {
    int bits = BigEndian.u16(b, off + 6);
    int transport = (b[off] & 0xf) * 4;
    return (bits & DONT_FRAGMENT) != 0
        && (bits & OFFSET) == 0
        && oneHost(b[off + 12])
        && oneHost(b[off + 16])
        && !(b[off + 9] == ICMP && (transport >= len || errorV4(b[off + transport])));
  }

  /** Whether it is not "this network", loopback, multicast or broadcast. */
  private static boolean oneHost(byte first) {
    int n = first & 0xff;
    return n != 0 && n != 127 && n < 224;
  }

  /** Whether it is unreachable, source quench, redirect, time exceeded or parameter problem. */
  private static boolean errorV4(byte type) {
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
  }

  private static boolean concernsV6(byte[] b, int off, int len) {
    boolean unspecified = IpHeader.sourceHi(b, off) == 0 && IpHeader.sourceLo(b, off) == 0;
    if (unspecified || b[off + 8] == (byte) 0xff || b[off + 24] == (byte) 0xff) {
      return false;
    }
    int next = b[off + 6] & 0xff;
    int at = IPV6;
    for (int i = 0; i < EXTENSIONS && at + 8 <= len; i++) {
      int length;
      switch (next) {
        case 0, 43, 60 -> length = ((b[off + at + 1] & 0xff) + 1) * 8;
        case 44 -> {
          if ((BigEndian.u16(b, off + at + 2) & 0xfff8) != 0) {
            return false; // not the first fragment
          }
          length = 8;
        }
        case ICMPV6 -> {
          return (b[off + at] & 0x80) != 0; // below 128 are errors
        }
        default -> {
          return true;
        }
      }
      next = b[off + at] & 0xff;
      at += length;
    }
    return false;
  }

  /** Tells the sender of a packet that {@link #concerns} to send at most {@code mtu} bytes. */
  void answer(long now, byte[] b, int off, int len, int mtu) {
    if (!allowance.take(now, LIMIT, PERIOD)) {
      return;
    }
    int length =
        IpHeader.version(b, off) == 4 ? answerV4(b, off, len, mtu) : answerV6(b, off, len, mtu);
    answers.packet(out, 0, length);
  }

  private int answerV4(byte[] b, int off, int len, int mtu) {
    int quoted = Math.min(len, LONGEST_V4 - IPV4 - ICMP_HEADER);
    int length = IPV4 + ICMP_HEADER + quoted;
    BigEndian.u16(out, 0, 0x4500);
    BigEndian.u16(out, 2, length);
    BigEndian.u32(out, 4, 0);
    BigEndian.u16(out, 8, HOPS << 8 | ICMP);
    BigEndian.u16(out, 10, 0);
    System.arraycopy(b, off + 16, out, 12, 4);
    System.arraycopy(b, off + 12, out, 16, 4);
    BigEndian.u16(out, 10, ~Checksum.sum(out, 0, IPV4));
    BigEndian.u16(out, IPV4, 0x0304);
    BigEndian.u16(out, IPV4 + 2, 0);
    BigEndian.u32(out, IPV4 + 4, mtu);
    System.arraycopy(b, off, out, IPV4 + ICMP_HEADER, quoted);
    BigEndian.u16(out, IPV4 + 2, ~Checksum.sum(out, IPV4, length - IPV4));
    return length;
  }

  private int answerV6(byte[] b, int off, int len, int mtu) {
    int quoted = Math.min(len, LONGEST_V6 - IPV6 - ICMP_HEADER);
    int body = ICMP_HEADER + quoted;
    BigEndian.u32(out, 0, 0x6000_0000);
    BigEndian.u16(out, 4, body);
    BigEndian.u16(out, 6, ICMPV6 << 8 | HOPS);
    System.arraycopy(b, off + 24, out, 8, 16);
    System.arraycopy(b, off + 8, out, 24, 16);
    BigEndian.u16(out, IPV6, 0x0200);
    BigEndian.u16(out, IPV6 + 2, 0);
    BigEndian.u32(out, IPV6 + 4, mtu);
    System.arraycopy(b, off, out, IPV6 + ICMP_HEADER, quoted);
    int pseudo = Checksum.sum(out, 8, 32) + body + ICMPV6;
    BigEndian.u16(out, IPV6 + 2, ~Checksum.fold(pseudo + Checksum.sum(out, IPV6, body)));
    return IPV6 + body;
  }
}
