// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Network byte order in byte arrays. Integers are unsigned where the Java type is wider. */
public final class BigEndian {
  private static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  public static int u16(byte[] b, int at) {
    return (short) U16.get(b, at) & 0xffff;
  }

  public static void u16(byte[] b, int at, int value) {
    U16.set(b, at, (short) value);
  }

  /** 32 bits as they are; a caller that needs them unsigned widens them. */
  public static int u32(byte[] b, int at) {
    return (int) U32.get(b, at);
  }

  public static void u32(byte[] b, int at, int value) {
    U32.set(b, at, value);
  }

  public static long u64(byte[] b, int at) {
    return (long) U64.get(b, at);
  }

  public static void u64(byte[] b, int at, long value) {
    U64.set(b, at, value);
  }
}
