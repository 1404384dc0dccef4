// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.ipae.tun.Errno;
import org.ipae.tun.IpText;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.Zone;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/**
 * The sending half of a socket: datagrams are copied into native memory and go out by sendmmsg. One
 * thread at a time; {@link #errors} from any.
 */
final class UdpSender implements AutoCloseable {
  private static final int MESSAGES = 64;
  private static final int PAYLOAD = 256 << 10;
  private static final int MAX_DATAGRAM = 65_535;
  private static final int NAME = 32; // room for a sockaddr_in6
  private static final int CONTROL = 96; // pktinfo (40), traffic class (24), segment size (24)
  private static final int INT_SPACE = Abi.CMSG_DATA + 8; // CMSG_SPACE(sizeof(int)), also of a u16
  private static final int MAX_SEGMENTS = 64; // before kernel 6.9; 128 since
  private static final int MAX_RUN = 65_507; // payload of the largest IPv4 datagram

  private final int descriptor;
  private final boolean ipv4;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment headers = arena.allocate(MESSAGES * Abi.SIZEOF_MMSGHDR, 64);
  private final MemorySegment vectors = arena.allocate(MESSAGES * Abi.SIZEOF_IOVEC, 64);
  private final MemorySegment names = arena.allocate(MESSAGES * NAME, 64);
  private final MemorySegment controls = arena.allocate(MESSAGES * CONTROL, 64);
  private final MemorySegment payloads = arena.allocate(PAYLOAD, 64);
  private final AtomicLongArray errors = new AtomicLongArray(Errno.LIMIT);
  private volatile boolean gso;
  private volatile boolean closed;

  // Of each message in native memory: its entry, and how many of the entry's bytes lie before it.
  private final int[] entryOf = new int[MESSAGES];
  private final int[] startOf = new int[MESSAGES];
  private final boolean[] isRun = new boolean[MESSAGES];
  // The next datagram to fill in.
  private int entry;
  private int start;
  // The entry whose run the kernel refused.
  private int single = -1;

  UdpSender(int descriptor, boolean ipv4, boolean gso) {
    this.gso = gso;
    this.descriptor = descriptor;
    this.ipv4 = ipv4;
    for (int m = 0; m < MESSAGES; m++) {
      long header = (long) m * Abi.SIZEOF_MMSGHDR;
      headers.set(Abi.H64, header + Abi.MSG_NAME, names.address() + (long) m * NAME);
      headers.set(Abi.H64, header + Abi.MSG_IOV, vectors.address() + (long) m * Abi.SIZEOF_IOVEC);
      headers.set(Abi.H64, header + Abi.MSG_IOVLEN, 1);
      headers.set(Abi.H64, header + Abi.MSG_CONTROL, controls.address() + (long) m * CONTROL);
    }
  }

  int send(DatagramBatch batch, int from) throws OsException {
    if (closed) {
      throw new OsException("sendmmsg", Errno.EBADF);
    }
    entry = from;
    start = 0;
    single = -1;
    while (entry < batch.count()) {
      int filled = fill(batch);
      int sent = flush(batch, filled);
      if (sent < filled) {
        if (retry(sent)) {
          entry = entryOf[sent];
          start = startOf[sent];
          continue;
        }
        if (startOf[sent] > 0) {
          batch.skip(entryOf[sent], startOf[sent]);
        }
        return entryOf[sent] - from;
      }
    }
    return batch.count() - from;
  }

  /** Copies datagrams until the native memory is full or the batch ends. */
  private int fill(DatagramBatch batch) {
    int filled = 0;
    int used = 0;
    while (entry < batch.count() && filled < MESSAGES) {
      int segment = batch.segmentSize(entry);
      int rest = batch.length(entry) - start;
      int bytes =
          segment > 0 ? Math.min(gso && entry != single ? run(segment) : segment, rest) : rest;
      int refusal = refusal(batch, entry, bytes);
      if (refusal != 0) {
        count(batch, entry, refusal);
      } else {
        if (bytes > PAYLOAD - used) {
          break;
        }
        long vector = (long) filled * Abi.SIZEOF_IOVEC;
        MemorySegment.copy(
            batch.bytes(),
            batch.offset(entry) + start,
            payloads,
            ValueLayout.JAVA_BYTE,
            used,
            bytes);
        vectors.set(Abi.H64, vector + Abi.IOV_BASE, payloads.address() + used);
        vectors.set(Abi.H64, vector + Abi.IOV_LEN, bytes);
        isRun[filled] = segment > 0 && bytes > segment;
        writeHeader(filled, batch);
        entryOf[filled] = entry;
        startOf[filled] = start;
        used += bytes + 7 & ~7; // PAYLOAD is a multiple of 8
        filled++;
      }
      start += bytes;
      if (start >= batch.length(entry)) {
        entry++;
        start = 0;
      }
    }
    return filled;
  }

  /** Bytes of the largest run of datagrams of this size. */
  private static int run(int segment) {
    return Math.max(1, Math.min(MAX_SEGMENTS, MAX_RUN / segment)) * segment;
  }

  /** The error the kernel would give, where it must not be asked; 0 = none. */
  private int refusal(DatagramBatch batch, int i, int bytes) {
    if (IpText.mapped(batch.remoteHi(i), batch.remoteLo(i)) != ipv4) {
      return Errno.EAFNOSUPPORT;
    }
    return bytes > MAX_DATAGRAM ? Errno.EMSGSIZE : 0;
  }

  private void writeHeader(int m, DatagramBatch batch) {
    long header = (long) m * Abi.SIZEOF_MMSGHDR;
    int i = entry;
    int nameBytes =
        SocketAddress.write(
            names,
            (long) m * NAME,
            ipv4,
            batch.remoteHi(i),
            batch.remoteLo(i),
            batch.remotePort(i));
    headers.set(Abi.H32, header + Abi.MSG_NAMELEN, nameBytes);
    headers.set(Abi.H64, header + Abi.MSG_CONTROLLEN, writeControl(m, batch, i));
  }

  private long writeControl(int m, DatagramBatch batch, int i) {
    long control = (long) m * CONTROL;
    long at = control;
    long hi = batch.localHi(i);
    long lo = batch.localLo(i);
    int index = batch.interfaceIndex(i);
    if ((hi | lo | index) != 0) {
      long data = at + Abi.CMSG_DATA;
      if (ipv4) {
        cmsg(at, Abi.IPPROTO_IP, Abi.IP_PKTINFO, Abi.SIZEOF_IN_PKTINFO);
        controls.set(Abi.H32, data + Abi.IPI_IFINDEX, index);
        controls.set(Abi.N32, data + Abi.IPI_SPEC_DST, (int) lo);
        controls.set(Abi.H32, data + Abi.IPI_ADDR, 0);
        at = data + 16;
      } else {
        cmsg(at, Abi.IPPROTO_IPV6, Abi.IPV6_PKTINFO, Abi.SIZEOF_IN6_PKTINFO);
        controls.set(Abi.N64, data + Abi.IPI6_ADDR, Zone.without(hi));
        controls.set(Abi.N64, data + Abi.IPI6_ADDR + 8, lo);
        controls.set(Abi.H32, data + Abi.IPI6_IFINDEX, index == 0 ? Zone.of(hi) : index);
        at = data + 24;
      }
    }
    int ecn = batch.ecn(i);
    if (ecn != 0) {
      cmsg(at, ipv4 ? Abi.IPPROTO_IP : Abi.IPPROTO_IPV6, ipv4 ? Abi.IP_TOS : Abi.IPV6_TCLASS, 4);
      controls.set(Abi.H32, at + Abi.CMSG_DATA, ecn);
      at += INT_SPACE;
    }
    if (isRun[m]) {
      cmsg(at, Abi.IPPROTO_UDP, Abi.UDP_SEGMENT, 2);
      controls.set(Abi.H16, at + Abi.CMSG_DATA, (short) batch.segmentSize(i));
      at += INT_SPACE;
    }
    return at - control;
  }

  private void cmsg(long at, int level, int type, int dataBytes) {
    controls.set(Abi.H64, at + Abi.CMSG_LEN, Abi.CMSG_DATA + dataBytes);
    controls.set(Abi.H32, at + Abi.CMSG_LEVEL, level);
    controls.set(Abi.H32, at + Abi.CMSG_TYPE, type);
  }

  /** Sends what was filled in; refused datagrams count as sent. Less than all: EAGAIN. */
  private int flush(DatagramBatch batch, int filled) throws OsException {
    int done = 0;
    int repeated = -1;
    while (done < filled) {
      long first = headers.address() + (long) done * Abi.SIZEOF_MMSGHDR;
      int sent = Libc.sendmmsg(descriptor, first, filled - done, Abi.MSG_DONTWAIT);
      if (sent > 0) {
        done += sent;
        continue;
      }
      int errno = Libc.errno();
      switch (errno) {
        case Errno.EINTR -> {}
        case Errno.EAGAIN -> {
          return done;
        }
        case Errno.EBADF, Errno.ENOTSOCK, Errno.EFAULT -> throw new OsException("sendmmsg", errno);
        default -> {
          // The error may be an earlier datagram's, told by ICMP; a second try tells.
          if (Errno.fromNetwork(errno) && repeated != done) {
            repeated = done;
          } else if (isRun[done] && refusesRun(errno, entryOf[done])) {
            return done; // what is left is filled in again
          } else {
            count(batch, entryOf[done], errno);
            done++;
          }
        }
      }
    }
    return done;
  }

  /**
   * Whether a run is to be sent datagram by datagram: EIO comes from devices without checksum
   * offload and will come again; no ICMP error becomes it. The others may be a matter of this run,
   * as of one above the MTU (EINVAL, in newer kernels EMSGSIZE), which its datagrams then tell.
   */
  private boolean refusesRun(int errno, int entry) {
    switch (errno) {
      case Errno.EIO -> gso = false;
      case Errno.EINVAL, Errno.EMSGSIZE, Errno.EOPNOTSUPP -> single = entry;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Whether message {@code m} was a run that is to be sent as single datagrams. */
  private boolean retry(int m) {
    return isRun[m] && (!gso || entryOf[m] == single);
  }

  boolean gso() {
    return gso;
  }

  private void count(DatagramBatch batch, int i, int errno) {
    batch.refuse(i, errno);
    errors.incrementAndGet(errno > 0 && errno < Errno.LIMIT ? errno : 0);
  }

  Map<String, Long> errors() {
    Map<String, Long> byName = new TreeMap<>();
    for (int errno = 0; errno < Errno.LIMIT; errno++) {
      long n = errors.get(errno);
      if (n != 0) {
        byName.put(Errno.name(errno), n);
      }
    }
    return byName;
  }

  @Override
  public void close() {
    closed = true;
    arena.close();
  }
}
