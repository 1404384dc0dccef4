package org.ipae.e2e.segmentation;

import java.util.HexFormat;

/** An IP datagram with the virtio header of a TUN device: to be cut, to be completed, or whole. */
record Superpacket(
    byte[] bytes, int flags, int type, int headerLength, int size, int start, int place) {

  /** Bytes printed: all headers. The seed gives the rest. */
  private static final int SHOWN = 140;

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
