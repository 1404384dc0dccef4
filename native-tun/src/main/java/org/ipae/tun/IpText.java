// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Addresses as people write them, for messages. */
public final class IpText {
  private IpText() {}

  /** Text of an address of 4 or 16 bytes. */
  public static String of(byte[] address) {
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      return "(address of " + address.length + " bytes)";
    }
  }

  /** Text of an address in two longs, with a port: "192.0.2.1:53", "[2001:db8::1]:53". */
  public static String of(long hi, long lo, int port) {
    String text = of(ByteBuffer.allocate(16).putLong(hi).putLong(lo).array());
    return mapped(hi, lo) ? text + ":" + port : "[" + text + "]:" + port;
  }

  /** Whether it is ::ffff:a.b.c.d. */
  public static boolean mapped(long hi, long lo) {
    return hi == 0 && lo >>> 32 == 0xffff;
  }
}
