// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

/**
 * DATA: connection id 8 (top bit set), masked counter 4, ciphertext, tag 16. Accessors on bytes.
 */
public final class DataHeader {
  public static final int CONNECTION_ID = 0;
  public static final int COUNTER = 8;
  public static final int CIPHERTEXT = Sizes.DATA_HEADER;

  /** The bit that tells DATA from handshake types. */
  public static final long TOP_BIT = Long.MIN_VALUE;

  private DataHeader() {}

  public static long connectionId(byte[] b, int off) {
    return BigEndian.u64(b, off + CONNECTION_ID);
  }

  public static int counter(byte[] b, int off) {
    return BigEndian.u32(b, off + COUNTER);
  }

  public static void write(byte[] b, int off, long connectionId, int counter) {
    BigEndian.u64(b, off + CONNECTION_ID, connectionId);
    BigEndian.u32(b, off + COUNTER, counter);
  }
}
