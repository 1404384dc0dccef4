// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

/** Items of any type and length, valid or not. */
public final class RawItem {
  private RawItem() {}

  public static byte[] of(int type, byte[] value) {
    byte[] out = new byte[Sizes.ITEM_HEADER + value.length];
    out[0] = (byte) type;
    BigEndian.u16(out, 1, value.length);
    System.arraycopy(value, 0, out, Sizes.ITEM_HEADER, value.length);
    return out;
  }
}
