// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.lang.foreign.MemorySegment;
import org.ipae.tun.batch.Zone;
import org.ipae.tun.kernel.Abi;

/** struct sockaddr_in and sockaddr_in6 in native memory, and addresses as two longs. */
final class SocketAddress {
  private static final long MAPPED = 0xffff_0000_0000L;

  private SocketAddress() {}

  /** Writes the address at an offset, in the form the socket's family wants. Returns its size. */
  static int write(MemorySegment to, long at, boolean ipv4, long hi, long lo, int port) {
    to.set(Abi.N16, at + Abi.SIN_PORT, (short) port);
    if (ipv4) {
      to.set(Abi.H16, at + Abi.SIN_FAMILY, (short) Abi.AF_INET);
      to.set(Abi.N32, at + Abi.SIN_ADDR, (int) lo);
      return Abi.SIZEOF_SOCKADDR_IN;
    }
    to.set(Abi.H16, at + Abi.SIN_FAMILY, (short) Abi.AF_INET6);
    to.set(Abi.H32, at + Abi.SIN6_FLOWINFO, 0);
    to.set(Abi.N64, at + Abi.SIN6_ADDR, Zone.without(hi));
    to.set(Abi.N64, at + Abi.SIN6_ADDR + 8, lo);
    to.set(Abi.H32, at + Abi.SIN6_SCOPE_ID, Zone.of(hi));
    return Abi.SIZEOF_SOCKADDR_IN6;
  }

  static long hi(MemorySegment from, long at, boolean ipv4) {
    return ipv4
        ? 0
        : Zone.in(from.get(Abi.N64, at + Abi.SIN6_ADDR), from.get(Abi.H32, at + Abi.SIN6_SCOPE_ID));
  }

  static long lo(MemorySegment from, long at, boolean ipv4) {
    return ipv4
        ? mapped(from.get(Abi.N32, at + Abi.SIN_ADDR))
        : from.get(Abi.N64, at + Abi.SIN6_ADDR + 8);
  }

  static int port(MemorySegment from, long at) {
    return from.get(Abi.N16, at + Abi.SIN_PORT) & 0xffff;
  }

  /** Lower half of {@code ::ffff:a.b.c.d}. */
  static long mapped(int ipv4) {
    return MAPPED | (ipv4 & 0xffff_ffffL);
  }
}
