// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.Zone;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/**
 * The receiving half of a socket: native slots that recvmmsg fills and that are copied to the heap.
 * They grow to the first batch's shape and stay. One thread.
 */
final class UdpReceiver implements AutoCloseable {
  private static final int NAME = 32; // room for a sockaddr_in6
  // Room for pktinfo (40), traffic class (24), SO_RXQ_OVFL (24), UDP_GRO (24) and as much again.
  private static final int CONTROL = 192;
  private static final int MAX_MESSAGES = 1024; // UIO_MAXIOV
  private static final int MAX_REPORTED = 16;

  private final int descriptor;
  private final boolean ipv4;
  private Arena arena = Arena.ofShared();
  private int slots;
  private int slotBytes;
  private MemorySegment headers = MemorySegment.NULL;
  private MemorySegment vectors = MemorySegment.NULL;
  private MemorySegment names = MemorySegment.NULL;
  private MemorySegment controls = MemorySegment.NULL;
  private MemorySegment payloads = MemorySegment.NULL;
  private volatile long drops;
  private volatile boolean closed;

  // What the control messages of the datagram at hand said.
  private long localHi;
  private long localLo;
  private int interfaceIndex;
  private int ecn;
  private int segment;

  UdpReceiver(int descriptor, boolean ipv4) {
    this.descriptor = descriptor;
    this.ipv4 = ipv4;
  }

  int receive(DatagramBatch batch) throws OsException {
    if (closed) {
      throw new OsException("recvmmsg", Errno.EBADF);
    }
    batch.clear();
    // All of them must fit into the batch, however long they are.
    int fit = batch.bytes().length / (batch.slotBytes() + DatagramBatch.SPARE);
    int wanted = Math.min(Math.min(batch.capacity(), fit), MAX_MESSAGES);
    if (wanted > slots || batch.slotBytes() > slotBytes) {
      grow(Math.max(wanted, slots), Math.max(batch.slotBytes(), slotBytes));
    }
    int got = system(wanted);
    for (int m = 0; m < got; m++) {
      take(m, batch);
      rearm(m);
    }
    return batch.count();
  }

  /** Messages received; 0 = nothing there. */
  private int system(int wanted) throws OsException {
    int reported = 0;
    while (true) {
      int got = Libc.recvmmsg(descriptor, headers.address(), wanted, Abi.MSG_DONTWAIT, 0);
      if (got >= 0) {
        return got;
      }
      int errno = Libc.errno();
      // An ICMP error of an earlier datagram: saying so has cleared it. Anyone can forge them, so
      // their number is bounded here and fatal nowhere.
      boolean network = Errno.fromNetwork(errno);
      if (errno == Errno.EAGAIN || (network && ++reported == MAX_REPORTED)) {
        return 0;
      }
      if (errno != Errno.EINTR && !network) {
        throw new OsException("recvmmsg", errno);
      }
    }
  }

  private void take(int m, DatagramBatch batch) {
    long header = (long) m * Abi.SIZEOF_MMSGHDR;
    long name = (long) m * NAME;
    localHi = 0;
    localLo = 0;
    interfaceIndex = 0;
    ecn = 0;
    segment = 0;
    readControl((long) m * CONTROL, headers.get(Abi.H64, header + Abi.MSG_CONTROLLEN));
    int length = headers.get(Abi.H32, header + Abi.MSG_LEN);
    boolean cut = (headers.get(Abi.H32, header + Abi.MSG_FLAGS) & Abi.MSG_TRUNC) != 0;
    if (cut || length > batch.slotBytes()) {
      return;
    }
    int off = batch.nextOffset();
    MemorySegment.copy(
        payloads, ValueLayout.JAVA_BYTE, (long) m * slotBytes, batch.bytes(), off, length);
    int i = batch.add(off, length);
    batch.remote(
        i,
        SocketAddress.hi(names, name, ipv4),
        SocketAddress.lo(names, name, ipv4),
        SocketAddress.port(names, name));
    batch.local(i, localHi, localLo);
    batch.ecn(i, ecn);
    batch.interfaceIndex(i, interfaceIndex);
    batch.segmentSize(i, segment < length ? segment : 0);
  }

  private void readControl(long start, long bytes) {
    long at = start;
    long end = start + bytes;
    while (at + Abi.CMSG_DATA <= end) {
      long length = controls.get(Abi.H64, at + Abi.CMSG_LEN);
      if (length < Abi.CMSG_DATA || at + length > end) {
        return;
      }
      int type = controls.get(Abi.H32, at + Abi.CMSG_TYPE);
      long data = at + Abi.CMSG_DATA;
      switch (controls.get(Abi.H32, at + Abi.CMSG_LEVEL)) {
        case Abi.IPPROTO_IP -> {
          if (type == Abi.IP_PKTINFO) {
            // The address to answer from; ipi_addr would be the group with multicast.
            localLo = SocketAddress.mapped(controls.get(Abi.N32, data + Abi.IPI_SPEC_DST));
            interfaceIndex = controls.get(Abi.H32, data + Abi.IPI_IFINDEX);
          } else if (type == Abi.IP_TOS) {
            ecn = controls.get(ValueLayout.JAVA_BYTE, data) & 3; // one byte here, by design
          }
        }
        case Abi.IPPROTO_IPV6 -> {
          if (type == Abi.IPV6_PKTINFO) {
            interfaceIndex = controls.get(Abi.H32, data + Abi.IPI6_IFINDEX);
            localHi = Zone.in(controls.get(Abi.N64, data + Abi.IPI6_ADDR), interfaceIndex);
            localLo = controls.get(Abi.N64, data + Abi.IPI6_ADDR + 8);
          } else if (type == Abi.IPV6_TCLASS) {
            ecn = controls.get(Abi.H32, data) & 3;
          }
        }
        case Abi.IPPROTO_UDP -> {
          if (type == Abi.UDP_GRO) {
            segment = controls.get(Abi.H32, data);
          }
        }
        case Abi.SOL_SOCKET -> {
          if (type == Abi.SO_RXQ_OVFL) {
            countDrops(controls.get(Abi.H32, data));
          }
        }
        default -> {}
      }
      at += length + 7 & ~7L;
    }
  }

  /** The kernel counts in 32 bits and never resets. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // the receiving thread alone counts
  private void countDrops(int reported) {
    drops += (reported - (int) drops) & 0xffff_ffffL;
  }

  @SuppressWarnings("MustBeClosedChecker") // closed by the next growth, or by close
  private void grow(int slots, int slotBytes) {
    Arena old = arena;
    arena = Arena.ofShared();
    this.slots = slots;
    this.slotBytes = slotBytes;
    headers = arena.allocate((long) slots * Abi.SIZEOF_MMSGHDR, 64);
    vectors = arena.allocate((long) slots * Abi.SIZEOF_IOVEC, 64);
    names = arena.allocate((long) slots * NAME, 64);
    controls = arena.allocate((long) slots * CONTROL, 64);
    payloads = arena.allocate(Math.max(1, (long) slots * slotBytes), 64);
    for (int m = 0; m < slots; m++) {
      long vector = (long) m * Abi.SIZEOF_IOVEC;
      vectors.set(Abi.H64, vector + Abi.IOV_BASE, payloads.address() + (long) m * slotBytes);
      vectors.set(Abi.H64, vector + Abi.IOV_LEN, slotBytes);
      long header = (long) m * Abi.SIZEOF_MMSGHDR;
      headers.set(Abi.H64, header + Abi.MSG_NAME, names.address() + (long) m * NAME);
      headers.set(Abi.H64, header + Abi.MSG_IOV, vectors.address() + vector);
      headers.set(Abi.H64, header + Abi.MSG_IOVLEN, 1);
      headers.set(Abi.H64, header + Abi.MSG_CONTROL, controls.address() + (long) m * CONTROL);
      rearm(m);
    }
    old.close();
  }

  /** Restores what the kernel overwrites with each datagram. */
  private void rearm(int m) {
    long header = (long) m * Abi.SIZEOF_MMSGHDR;
    headers.set(Abi.H32, header + Abi.MSG_NAMELEN, NAME);
    headers.set(Abi.H64, header + Abi.MSG_CONTROLLEN, CONTROL);
    headers.set(Abi.H32, header + Abi.MSG_FLAGS, 0);
  }

  long drops() {
    return drops;
  }

  @Override
  public void close() {
    closed = true;
    arena.close();
  }
}
