// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e.segmentation;

import java.util.Arrays;
import java.util.HexFormat;
import org.ipae.tun.batch.PacketBatch;

/** An IP datagram with the virtio header of a TUN device: to be cut, to be completed, or whole. */
record Superpacket(
    byte[] bytes, int flags, int type, int headerLength, int size, int start, int place) {

  /** Bytes printed: all headers. The seed gives the rest. */
  private static final int SHOWN = 140;

  /** Packet {@code i} of a batch, copied. */
  static Superpacket of(PacketBatch in, int i) {
    return new Superpacket(
        Arrays.copyOfRange(in.bytes(), in.offset(i), in.offset(i) + in.length(i)),
        in.flags(i),
        in.gsoType(i),
        in.headerLength(i),
        in.gsoSize(i),
        in.checksumStart(i),
        in.checksumOffset(i));
  }

  /** Copies it to {@code offset} in the array of a batch, as its next packet. */
  void addTo(PacketBatch out, int offset) {
    System.arraycopy(bytes, 0, out.bytes(), offset, bytes.length);
    int i = out.add(offset, bytes.length);
    out.segmentation(i, type, headerLength, size);
    out.checksum(i, flags, start, place);
  }

  @Override
  public String toString() {
    return "flags %d, gso_type %d, hdr_len %d, gso_size %d, csum_start %d, csum_offset %d, %d bytes %s"
        .formatted(
            flags,
            type,
            headerLength,
            size,
            start,
            place,
            bytes.length,
            HexFormat.of().formatHex(bytes, 0, Math.min(SHOWN, bytes.length)));
  }
}
