// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import java.util.Arrays;
import org.ipae.tun.batch.PacketBatch;

/**
 * Joins consecutive datagrams of one TCP or UDP flow into superpackets, by the rules of the
 * kernel's GRO and stricter: only what segmentation turns into the same bytes again. Checksums are
 * verified before; a datagram that cannot be joined goes through unchanged. The order of all
 * packets is kept.
 *
 * <p>One thread. Datagrams are copied into a batch, one entry behind the other. The last entry may
 * still grow: call {@link #finish} before the batch is written or cleared.
 */
public final class Coalescer {
  /** The longest IP datagram. */
  private static final int MAX_PACKET = 65_535;

  /** Segments of one UDP superpacket that every kernel takes. */
  private static final int MAX_UDP = 64;

  /** The sum of what a right checksum is part of. */
  private static final int ALL_ONES = 0xffff;

  private final PacketBatch out;
  private final byte[] array;
  private boolean tcp;
  private boolean udp;

  // The superpacket that grows: the last entry of the batch, or -1; its first byte and its end.
  private int entry = -1;
  private int start;
  private int used;
  private int protocol;
  private int transport;
  private int headerLength;
  private int size;
  private int count;
  private int flags;
  private boolean checked;
  private boolean ended;

  /**
   * Joins nothing until it is {@link #enable}d.
   *
   * @param out takes the packets; its array has at least twice the bytes of the longest packet
   */
  public Coalescer(PacketBatch out) {
    this.out = out;
    array = out.bytes();
  }

  /** Chooses what to join; packets of the other kinds go through. */
  public void enable(boolean tcp, boolean udp) {
    this.tcp = tcp;
    this.udp = udp;
  }

  /** Whether a packet of this length fits in the batch; if not, write and clear the batch first. */
  public boolean fits(int len) {
    return !out.full() && out.end() + len <= array.length;
  }

  /** Takes a whole IP datagram. The caller has asked {@link #fits}. */
  public void packet(byte[] b, int off, int len) {
    if (entry >= 0 && !ended && joins(b, off, len)) {
      join(b, off, len);
      return;
    }
    finish();
    start = out.end();
    used = start + len;
    System.arraycopy(b, off, array, start, len);
    entry = out.add(start, len);
    count = 1;
    checked = false;
    ended = !begins(len);
  }

  /** Ends the superpacket that grows: from now on every entry of the batch is complete. */
  public void finish() {
    if (entry >= 0 && count > 1) {
      complete(used - start);
    }
    entry = -1;
  }

  /** Writes the headers of a superpacket of {@code len} bytes. */
  private void complete(int len) {
    Headers.ipLengthAndChecksum(array, start, transport, len);
    int at = start + transport;
    int transportLength = len - transport;
    // The pseudo-header's sum, not complemented: what a checksum to be completed starts from.
    int partial = Checksum.fold((long) Headers.pseudo(array, start, protocol) + transportLength);
    int place;
    int type;
    if (protocol == Headers.TCP) {
      array[at + Headers.TCP_FLAGS] = (byte) flags;
      place = Headers.TCP_CHECKSUM;
      type = Headers.version(array, start) == 4 ? Virtio.GSO_TCPV4 : Virtio.GSO_TCPV6;
    } else {
      Headers.u16(array, at + Headers.UDP_LENGTH, transportLength);
      place = Headers.UDP_CHECKSUM;
      type = Virtio.GSO_UDP_L4;
    }
    Headers.u16(array, at + place, partial);
    out.segmentation(entry, type, headerLength, size);
    out.checksum(entry, Virtio.NEEDS_CSUM, transport, place);
  }

  /** Whether the packet just copied can be the first of a superpacket; learns its shape. */
  private boolean begins(int len) {
    if (len < Headers.LEAST_IPV4) {
      return false;
    }
    protocol = Headers.protocol(array, start);
    if (protocol == Headers.TCP ? !tcp : protocol != Headers.UDP || !udp) {
      return false;
    }
    transport = Headers.ipLength(array, start, len, protocol);
    if (transport < 0 || transport == Headers.LEAST_IPV4 != (Headers.version(array, start) == 4)) {
      return false; // IPv4 options: the kernel's GRO does not join them either
    }
    int at = start + transport;
    if (protocol == Headers.TCP) {
      int n = Headers.tcpLength(array, at, start + len);
      flags = n < 0 ? 0 : Headers.u8(array, at + Headers.TCP_FLAGS);
      headerLength = transport + n;
      size = len - headerLength;
      // FIN and PSH end a superpacket, so that a first segment with them is alone.
      return n > 0
          && size > 0
          && (flags
                  & (Headers.FIN
                      | Headers.SYN
                      | Headers.RST
                      | Headers.PSH
                      | Headers.URG
                      | Headers.CWR
                      | Headers.ACK))
              == Headers.ACK;
    }
    headerLength = transport + Headers.UDP_HEADER;
    size = len - headerLength;
    return size > 0
        && Headers.u16(array, at + Headers.UDP_LENGTH) == len - transport
        && Headers.u16(array, at + Headers.UDP_CHECKSUM) != 0;
  }

  private boolean joins(byte[] b, int off, int len) {
    int body = len - headerLength;
    if (body <= 0 || body > size || used - start + body > MAX_PACKET) {
      return false;
    }
    return sameIp(b, off)
        && (protocol == Headers.TCP
            ? sameTcp(b, off + transport)
            : count < MAX_UDP && sameUdp(b, off + transport, len - transport))
        && verifies(b, off, len)
        && first();
  }

  /** Everything but the lengths, the id that counts on, and the checksum. */
  private boolean sameIp(byte[] b, int off) {
    if (b[off] != array[start] || b[off + 1] != array[start + 1]) {
      return false;
    }
    if (Headers.version(b, off) == 6) {
      // Traffic class and flow label; next header, hop limit and addresses.
      return Headers.u16(b, off + 2) == Headers.u16(array, start + 2)
          && Arrays.equals(
              b,
              off + Headers.V6_NEXT,
              off + Headers.IPV6,
              array,
              start + Headers.V6_NEXT,
              start + Headers.IPV6);
    }
    int id = Headers.u16(array, start + Headers.V4_ID) + count & 0xffff;
    return Headers.u16(b, off + Headers.V4_ID) == id
        // flags and offset, TTL, protocol
        && Headers.u32(b, off + Headers.V4_FRAGMENT)
            == Headers.u32(array, start + Headers.V4_FRAGMENT)
        && Headers.u32(b, off + Headers.V4_ADDRESSES)
            == Headers.u32(array, start + Headers.V4_ADDRESSES)
        && Headers.u32(b, off + Headers.V4_ADDRESSES + 4)
            == Headers.u32(array, start + Headers.V4_ADDRESSES + 4);
  }

  private boolean sameTcp(byte[] b, int at) {
    int own = start + transport;
    int n = headerLength - transport;
    return Headers.u32(b, at) == Headers.u32(array, own) // ports
        && Headers.u32(b, at + Headers.TCP_SEQUENCE)
            == Headers.u32(array, own + Headers.TCP_SEQUENCE) + count * size
        && Headers.u32(b, at + 8) == Headers.u32(array, own + 8) // acknowledgement
        && b[at + Headers.TCP_OFFSET] == array[own + Headers.TCP_OFFSET]
        && (Headers.u8(b, at + Headers.TCP_FLAGS) & ~(Headers.FIN | Headers.PSH)) == flags
        && Headers.u16(b, at + 14) == Headers.u16(array, own + 14) // window
        && Headers.u16(b, at + 18) == Headers.u16(array, own + 18) // urgent pointer
        && Arrays.equals(
            b, at + Headers.LEAST_TCP, at + n, array, own + Headers.LEAST_TCP, own + n); // options
  }

  private boolean sameUdp(byte[] b, int at, int length) {
    int own = start + transport;
    return Headers.u32(b, at) == Headers.u32(array, own) // ports
        && Headers.u16(b, at + Headers.UDP_LENGTH) == length
        && Headers.u16(b, at + Headers.UDP_CHECKSUM) != 0;
  }

  /** The first packet is verified only when there is a second. */
  private boolean first() {
    if (!checked) {
      checked = true;
      ended = !verifies(array, start, used - start);
    }
    return !ended;
  }

  /**
   * Whether the checksums are right, and those that segmentation would write: zero and all ones are
   * the same sum, and only UDP, to which zero means that there is none, gets all ones.
   */
  private boolean verifies(byte[] b, int off, int len) {
    if (transport == Headers.LEAST_IPV4
        && (Headers.u16(b, off + Headers.V4_CHECKSUM) == ALL_ONES
            || Checksum.sum(b, off, transport) != ALL_ONES)) {
      return false;
    }
    if (protocol == Headers.TCP
        && Headers.u16(b, off + transport + Headers.TCP_CHECKSUM) == ALL_ONES) {
      return false;
    }
    int transportLength = len - transport;
    int sum = Checksum.sum(b, off + transport, transportLength);
    long pseudo = Headers.pseudo(b, off, protocol);
    return Checksum.fold(pseudo + transportLength + sum) == ALL_ONES;
  }

  private void join(byte[] b, int off, int len) {
    int body = len - headerLength;
    System.arraycopy(b, off + headerLength, array, used, body);
    used += body;
    out.extend(entry, body);
    count++;
    if (protocol == Headers.TCP) {
      int last = Headers.u8(b, off + transport + Headers.TCP_FLAGS) & (Headers.FIN | Headers.PSH);
      flags |= last;
      ended = last != 0;
    }
    ended |= body < size;
  }
}
