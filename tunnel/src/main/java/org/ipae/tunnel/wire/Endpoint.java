// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.ipae.tun.batch.Zone;

/**
 * A UDP address.
 *
 * @param hi the first eight bytes of the address in its 16-byte form, big-endian; IPv4 is mapped
 *     (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), a link-local one has its {@link Zone}
 * @param lo the last eight
 * @param port 0..65535
 */
public record Endpoint(long hi, long lo, int port) {
  private static final long MAPPED = 0x0000_ffff_0000_0000L;

  /** From 4 or 16 address bytes. */
  public static Endpoint of(byte[] address, int port) {
    return switch (address.length) {
      case 4 -> new Endpoint(0, MAPPED | (BigEndian.u32(address, 0) & 0xffff_ffffL), port);
      case 16 -> new Endpoint(BigEndian.u64(address, 0), BigEndian.u64(address, 8), port);
      default -> throw new IllegalArgumentException("an address has 4 or 16 bytes");
    };
  }

  /** 0.0.0.0: every IPv4 address of a host. */
  public static Endpoint anyV4(int port) {
    return new Endpoint(0, MAPPED, port);
  }

  /** ::, every IPv6 address of a host. */
  public static Endpoint anyV6(int port) {
    return new Endpoint(0, 0, port);
  }

  public boolean isIpv4() {
    return hi == 0 && lo >>> 32 == 0xffff;
  }

  /** Whether it stands for every address of a host: 0.0.0.0 or ::. */
  public boolean any() {
    return hi == 0 && (lo == 0 || lo == MAPPED);
  }

  /** The 16-byte form. */
  public byte[] address() {
    byte[] out = new byte[16];
    BigEndian.u64(out, 0, hi);
    BigEndian.u64(out, 8, lo);
    return out;
  }

  /** The interface index of a link-local address, 0 if it is none or has none. */
  public int zone() {
    return Zone.of(hi);
  }

  /** The address as others see it: a zone means something on this host alone, RFC 4007. */
  public Endpoint withoutZone() {
    return zone() == 0 ? this : new Endpoint(Zone.without(hi), lo, port);
  }

  /** The same on an interface, if the address is link-local. */
  public Endpoint in(int interfaceIndex) {
    return Zone.linkLocal(hi) ? new Endpoint(Zone.in(hi, interfaceIndex), lo, port) : this;
  }

  /** The same address with port 0. */
  public Endpoint withoutPort() {
    return port == 0 ? this : new Endpoint(hi, lo, 0);
  }

  public boolean sameAddress(Endpoint other) {
    return hi == other.hi && lo == other.lo;
  }

  /** UDP payload bytes that fit in an outer packet of {@code mtu} bytes. */
  public int payload(int mtu) {
    return mtu - (isIpv4() ? Sizes.IPV4_UDP : Sizes.IPV6_UDP);
  }

  /** The address alone, in the usual notation. */
  public String host() {
    try {
      String text = InetAddress.getByAddress(withoutZone().address()).getHostAddress();
      return zone() == 0 ? text : text + "%" + zone();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return isIpv4() ? host() + ":" + port : "[" + host() + "]:" + port;
  }
}
