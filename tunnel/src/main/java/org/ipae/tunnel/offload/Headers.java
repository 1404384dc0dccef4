// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Offsets and fields of IPv4, IPv6, TCP and UDP headers (RFC 791, 8200, 9293, 768). */
final class Headers {
  static final int TCP = 6;
  static final int UDP = 17;
  static final int IPV6 = 40;
  static final int UDP_HEADER = 8;
  static final int LEAST_TCP = 20;
  static final int LEAST_IPV4 = 20;

  /** The longest IPv4 header and the longest TCP header. */
  static final int LONGEST = 60 + 60;

  // IPv4
  static final int V4_LENGTH = 2;
  static final int V4_ID = 4;
  static final int V4_FRAGMENT = 6;
  static final int V4_PROTOCOL = 9;
  static final int V4_CHECKSUM = 10;
  static final int V4_ADDRESSES = 12;

  /** More fragments, or an offset. */
  static final int V4_IS_FRAGMENT = 0x3fff;

  // IPv6
  static final int V6_LENGTH = 4;
  static final int V6_NEXT = 6;
  static final int V6_ADDRESSES = 8;

  // TCP
  static final int TCP_SEQUENCE = 4;
  static final int TCP_OFFSET = 12;
  static final int TCP_FLAGS = 13;
  static final int TCP_CHECKSUM = 16;
  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int PSH = 0x08;
  static final int ACK = 0x10;
  static final int URG = 0x20;
  static final int CWR = 0x80;

  // UDP
  static final int UDP_LENGTH = 4;
  static final int UDP_CHECKSUM = 6;

  private static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Headers() {}

  static int u8(byte[] b, int at) {
    return b[at] & 0xff;
  }

  static int u16(byte[] b, int at) {
    return (short) U16.get(b, at) & 0xffff;
  }

  static void u16(byte[] b, int at, int value) {
    U16.set(b, at, (short) value);
  }

  static int u32(byte[] b, int at) {
    return (int) U32.get(b, at);
  }

  static void u32(byte[] b, int at, int value) {
    U32.set(b, at, value);
  }

  /** 4, 6, or what else stands there. */
  static int version(byte[] b, int off) {
    return u8(b, off) >>> 4;
  }

  /**
   * Length of the IP header of a packet whose transport header follows at once: no fragment, no
   * IPv6 extension header. -1 otherwise.
   */
  static int ipLength(byte[] b, int off, int len, int protocol) {
    if (len < LEAST_IPV4) {
      return -1;
    }
    if (version(b, off) == 4) {
      int length = (u8(b, off) & 0xf) * 4;
      boolean simple =
          length >= LEAST_IPV4
              && length <= len
              && u8(b, off + V4_PROTOCOL) == protocol
              && (u16(b, off + V4_FRAGMENT) & V4_IS_FRAGMENT) == 0;
      return simple ? length : -1;
    }
    boolean simple = version(b, off) == 6 && len >= IPV6 && u8(b, off + V6_NEXT) == protocol;
    return simple ? IPV6 : -1;
  }

  /** Protocol number of an IP packet's payload, as its first header says. */
  static int protocol(byte[] b, int off) {
    return u8(b, off + (version(b, off) == 4 ? V4_PROTOCOL : V6_NEXT));
  }

  /** Length of the TCP header at {@code at}, or -1 if it is not whole before {@code end}. */
  static int tcpLength(byte[] b, int at, int end) {
    if (end - at < LEAST_TCP) {
      return -1;
    }
    int length = (u8(b, at + TCP_OFFSET) >>> 4) * 4;
    return length >= LEAST_TCP && length <= end - at ? length : -1;
  }

  /** Sum of the pseudo-header's addresses and protocol; the length is still to be added. */
  static int pseudo(byte[] b, int off, int protocol) {
    return version(b, off) == 4
        ? Checksum.sum(b, off + V4_ADDRESSES, 8) + protocol
        : Checksum.sum(b, off + V6_ADDRESSES, 32) + protocol;
  }

  /** Writes the length of a packet of {@code len} bytes, and the checksum of an IPv4 header. */
  static void ipLengthAndChecksum(byte[] b, int off, int header, int len) {
    if (version(b, off) == 4) {
      u16(b, off + V4_LENGTH, len);
      u16(b, off + V4_CHECKSUM, 0);
      u16(b, off + V4_CHECKSUM, ~Checksum.sum(b, off, header));
    } else {
      u16(b, off + V6_LENGTH, len - IPV6);
    }
  }
}
