// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import org.ipae.tun.batch.PacketBatch;

/**
 * Cuts a superpacket into whole IP datagrams, one at a time and in its own array, as the kernel's
 * segmentation would (TSO, USO): each with its lengths, IPv4 id, sequence number, flags and
 * checksums. A packet that is no superpacket is one datagram, its checksum completed if that was
 * left to us. Header fields that lie make it one datagram as well: nothing is read or written
 * outside it.
 *
 * <p>One thread. Start with {@link #start}; then, as long as {@link #next} is true, the datagram
 * lies at {@link #offset} and has {@link #length} bytes. The next one overwrites it.
 */
public final class Segmenter {
  /** More would be no superpacket of a kernel but an attack on our time. */
  static final int MAX_SEGMENTS = 1_024;

  private final byte[] header = new byte[Headers.LONGEST];
  private byte[] bytes = header;
  private int transport;
  private int protocol;
  private int headerLength;
  private int payload;
  private int end;
  private int size;
  private int segments;
  private int pseudo;
  private int identification;
  private int sequence;
  private int flags;
  private boolean keepZero;

  private int index;
  private int offset;
  private int length;

  /** Takes packet {@code i}, a whole IP datagram; it is cut in the array of the batch. */
  public void start(PacketBatch in, int i) {
    bytes = in.bytes();
    index = 0;
    offset = in.offset(i);
    length = in.length(i);
    segments = 1;
    boolean partial = (in.flags(i) & Virtio.NEEDS_CSUM) != 0;
    if (!superpacket(in.gsoType(i) & ~Virtio.GSO_ECN, in.gsoSize(i), partial) && partial) {
      complete(in.checksumStart(i), in.checksumOffset(i));
    }
  }

  private boolean superpacket(int type, int gsoSize, boolean partial) {
    if (type == Virtio.GSO_NONE || gsoSize == 0) {
      return false;
    }
    int off = offset;
    int len = length;
    int version = Headers.version(bytes, off);
    boolean fits =
        switch (type) {
          case Virtio.GSO_TCPV4 -> version == 4;
          case Virtio.GSO_TCPV6 -> version == 6;
          default -> type == Virtio.GSO_UDP_L4;
        };
    protocol = type == Virtio.GSO_UDP_L4 ? Headers.UDP : Headers.TCP;
    transport = fits ? Headers.ipLength(bytes, off, len, protocol) : -1;
    if (transport < 0) {
      return false;
    }
    int transportHeader =
        protocol == Headers.TCP
            ? Headers.tcpLength(bytes, off + transport, off + len)
            : len - transport < Headers.UDP_HEADER ? -1 : Headers.UDP_HEADER;
    if (transportHeader < 0) {
      return false;
    }
    headerLength = transport + transportHeader;
    payload = off + headerLength;
    end = off + len;
    size = gsoSize;
    int count = Math.ceilDiv(end - payload, size);
    if (count < 2 || count > MAX_SEGMENTS) {
      return false;
    }
    segments = count;
    System.arraycopy(bytes, off, header, 0, headerLength);
    if (protocol == Headers.TCP) {
      sequence = Headers.u32(header, transport + Headers.TCP_SEQUENCE);
      flags = Headers.u8(header, transport + Headers.TCP_FLAGS);
      Headers.u16(header, transport + Headers.TCP_CHECKSUM, 0);
    } else {
      // No checksum at all (RFC 768) stays none.
      keepZero = !partial && Headers.u16(header, transport + Headers.UDP_CHECKSUM) == 0;
      Headers.u16(header, transport + Headers.UDP_CHECKSUM, 0);
    }
    identification = version == 4 ? Headers.u16(header, Headers.V4_ID) : 0;
    pseudo = Headers.pseudo(header, 0, protocol);
    return true;
  }

  /** Completes a checksum that holds the pseudo-header's sum; a place that lies is left alone. */
  private void complete(int start, int place) {
    if (start < Headers.LEAST_IPV4 || start + place + 2 > length) {
      return;
    }
    int sum = Checksum.sum(bytes, offset + start, length - start);
    Headers.u16(bytes, offset + start + place, nonZero(~sum));
  }

  /** To UDP zero means that there is no checksum. What {@link #complete} completes may be UDP. */
  private static int nonZero(int checksum) {
    return (checksum & 0xffff) == 0 ? 0xffff : checksum;
  }

  /** Datagrams that this packet is cut into. */
  public int count() {
    return segments;
  }

  /** Makes the next datagram; false if there is none. */
  public boolean next() {
    if (index == segments) {
      return false;
    }
    if (segments > 1) {
      cut(index);
    }
    index++;
    return true;
  }

  /** Where the datagram begins. */
  public int offset() {
    return offset;
  }

  /** Bytes of the datagram. */
  public int length() {
    return length;
  }

  /** The header goes where the payload before ended: that datagram has been used. */
  private void cut(int i) {
    int from = payload + i * size;
    int bodyLength = Math.min(size, end - from);
    offset = from - headerLength;
    length = headerLength + bodyLength;
    System.arraycopy(header, 0, bytes, offset, headerLength);
    if (Headers.version(bytes, offset) == 4) {
      Headers.u16(bytes, offset + Headers.V4_ID, identification + i);
    }
    Headers.ipLengthAndChecksum(bytes, offset, transport, length);
    int at = offset + transport;
    int transportLength = length - transport;
    if (protocol == Headers.TCP) {
      Headers.u32(bytes, at + Headers.TCP_SEQUENCE, sequence + i * size);
      int now = flags;
      if (i > 0) {
        now &= ~Headers.CWR;
      }
      if (i < segments - 1) {
        now &= ~(Headers.FIN | Headers.PSH);
      }
      bytes[at + Headers.TCP_FLAGS] = (byte) now;
      int sum = Checksum.sum(bytes, at, transportLength);
      int all = Checksum.fold((long) pseudo + transportLength + sum);
      Headers.u16(bytes, at + Headers.TCP_CHECKSUM, ~all);
    } else {
      Headers.u16(bytes, at + Headers.UDP_LENGTH, transportLength);
      if (!keepZero) {
        int sum = Checksum.sum(bytes, at, transportLength);
        int all = Checksum.fold((long) pseudo + transportLength + sum);
        Headers.u16(bytes, at + Headers.UDP_CHECKSUM, nonZero(~all));
      }
    }
  }
}
