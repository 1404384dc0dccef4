// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import org.ipae.crypto.HeaderMask;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.Sizes;

/** What a lane needs once it opens datagrams. The thread that has claimed the lane. */
final class Opening {
  private static final int BLOCK = HeaderMask.BLOCK;

  final ReplayWindow window = new ReplayWindow();
  private final LaneKeys.Ciphers keys;
  private final byte[] nonce = new byte[LaneKeys.IV];
  private final byte[] header = new byte[Sizes.DATA_HEADER];

  Opening(LaneKeys.Ciphers keys) {
    this.keys = keys;
  }

  /** Reads the counters of {@code count} datagrams that lie {@code stride} bytes apart. */
  void unmask(MaskRoom r, byte[] b, int off, int stride, int count) {
    for (int i = 0; i < count; i++) {
      int at = off + i * stride + DataHeader.CIPHERTEXT;
      System.arraycopy(b, at, r.samples, i * BLOCK, BLOCK);
    }
    keys.headerMask.masks(r.samples, 0, count, r.masks, 0);
    for (int i = 0; i < count; i++) {
      r.counters[i] = DataHeader.counter(b, off + i * stride) ^ BigEndian.u32(r.masks, i * BLOCK);
    }
  }

  /**
   * Opens a datagram with this counter into the start of {@code out}.
   *
   * @return bytes of plaintext, or a negative number if it does not open
   */
  int decrypt(int counter, byte[] b, int off, int len, byte[] out) {
    DataHeader.write(header, 0, DataHeader.connectionId(b, off), counter);
    SendLane.nonce(keys.iv, counter, nonce);
    return keys.cipher.open(
        nonce,
        header,
        0,
        Sizes.DATA_HEADER,
        b,
        off + Sizes.DATA_HEADER,
        len - Sizes.DATA_HEADER,
        out,
        0);
  }
}
