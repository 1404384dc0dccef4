// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ipae.tun.batch.PacketBatch;

/** Random superpackets, and what a plain reading of the RFCs cuts them into. */
final class Packets {
  /** A superpacket with the header of a TUN device. */
  record Super(
      byte[] bytes, int flags, int type, int headerLength, int size, int start, int place) {

    /** Entry {@code i} of a batch, copied. */
    static Super of(PacketBatch in, int i) {
      return new Super(
          Arrays.copyOfRange(in.bytes(), in.offset(i), in.offset(i) + in.length(i)),
          in.flags(i),
          in.gsoType(i),
          in.headerLength(i),
          in.gsoSize(i),
          in.checksumStart(i),
          in.checksumOffset(i));
    }

    /** The only entry of a batch, with as many bytes before and behind it. */
    PacketBatch between(int spare) {
      byte[] array = new byte[spare + bytes.length + spare];
      System.arraycopy(bytes, 0, array, spare, bytes.length);
      PacketBatch out = PacketBatch.over(array, 1);
      int i = out.add(spare, bytes.length);
      out.segmentation(i, type, headerLength, size);
      out.checksum(i, flags, start, place);
      return out;
    }
  }

  private final RandomGenerator random;

  Packets(RandomGenerator random) {
    this.random = random;
  }

  /** TCP or UDP over IPv4 or IPv6 with one to a hundred segments; checksum left to be completed. */
  Super next() {
    boolean v4 = random.nextBoolean();
    boolean tcp = random.nextInt(3) > 0;
    int ip = v4 ? 20 : 40;
    int options = tcp ? 4 * random.nextInt(11) : 0;
    int transport = tcp ? 20 + options : 8;
    int size = random.nextInt(4) == 0 ? 1 + random.nextInt(200) : 400 + random.nextInt(1100);
    int most = Math.min(tcp ? 100 : 64, (65_535 - ip - transport) / size);
    int segments = 2 + random.nextInt(most - 1);
    int body = (segments - 1) * size + 1 + random.nextInt(size);
    body = Math.min(body, 65_535 - ip - transport);
    byte[] b = new byte[ip + transport + body];
    random.nextBytes(b);
    if (v4) {
      b[0] = 0x45;
      put(b, 2, b.length);
      put(b, 6, random.nextBoolean() ? 0x4000 : 0);
      b[9] = (byte) (tcp ? 6 : 17);
      put(b, 10, 0);
      put(b, 10, ~Sum.of(b, 0, 20, 0));
    } else {
      b[0] = (byte) (0x60 | b[0] & 0xf);
      put(b, 4, b.length - 40);
      b[6] = (byte) (tcp ? 6 : 17);
    }
    if (tcp) {
      b[ip + 12] = (byte) (transport / 4 << 4 | b[ip + 12] & 0xf);
      int flags = 0x10 | (random.nextInt(4) == 0 ? 0x40 : 0);
      int end = random.nextInt(8) == 0 ? 1 : random.nextInt(4) == 0 ? 8 : 0;
      int cwr = random.nextInt(8) == 0 ? 0x80 : 0;
      b[ip + 13] = (byte) (flags | end | cwr);
    } else {
      put(b, ip + 4, b.length - ip);
    }
    int place = tcp ? 16 : 6;
    put(b, ip + place, pseudo(b, 0, b.length));
    int type = tcp ? v4 ? 1 : 4 : 5;
    boolean cwr = tcp && (b[ip + 13] & 0x80) != 0;
    return new Super(b, 1, cwr ? type | 0x80 : type, ip + transport, size, ip, place);
  }

  /** The datagrams of a superpacket, cut the slow way. */
  static List<byte[]> cut(Super s) {
    List<byte[]> out = new ArrayList<>();
    byte[] b = s.bytes();
    int ip = s.start();
    int n = s.headerLength();
    for (int at = n; at < b.length; at += s.size()) {
      int body = Math.min(s.size(), b.length - at);
      byte[] p = Arrays.copyOf(b, n + body);
      System.arraycopy(b, at, p, n, body);
      int i = out.size();
      boolean last = at + body == b.length;
      if (ip == 20) {
        put(p, 2, p.length);
        put(p, 4, get(b, 4) + i);
        put(p, 10, 0);
        put(p, 10, ~Sum.of(p, 0, 20, 0));
      } else {
        put(p, 4, p.length - 40);
      }
      if (s.type() == 5) {
        put(p, ip + 4, p.length - ip);
      } else {
        long sequence = ((long) get(b, ip + 4) << 16 | get(b, ip + 6)) + at - n;
        put(p, ip + 4, (int) (sequence >> 16));
        put(p, ip + 6, (int) sequence);
        int flags = b[ip + 13];
        p[ip + 13] = (byte) (flags & (i > 0 ? ~0x80 : ~0) & (last ? ~0 : ~0x09));
      }
      put(p, ip + s.place(), 0);
      int checksum = ~Sum.of(p, ip, p.length, pseudo(p, 0, p.length)) & 0xffff;
      put(p, ip + s.place(), checksum == 0 && s.type() == 5 ? 0xffff : checksum);
      out.add(p);
    }
    return out;
  }

  static int pseudo(byte[] b, int off, int length) {
    boolean v4 = b[off] >> 4 == 4;
    int ip = v4 ? 20 : 40;
    int protocol = b[off + (v4 ? 9 : 6)];
    return Sum.of(b, off + (v4 ? 12 : 8), off + ip, protocol + length - ip);
  }

  static int get(byte[] b, int at) {
    return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
  }

  static void put(byte[] b, int at, int value) {
    b[at] = (byte) (value >> 8);
    b[at + 1] = (byte) value;
  }
}
