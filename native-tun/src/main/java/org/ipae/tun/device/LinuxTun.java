// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.device;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/**
 * A TUN interface of this host: raw IP packets, each with a virtio header of 10 bytes. Without
 * offload every header is zeros and no packet exceeds the MTU.
 */
public final class LinuxTun implements Tun {
  /** The largest IP packet: no superpacket is longer either. */
  private static final int MAX_PACKET = 65_535;

  private static final int HEADER = Abi.SIZEOF_VIRTIO_NET_HDR;
  // Puts the packet, not the header, on an 8-byte boundary.
  private static final int START = 16 - HEADER;

  private final String name;
  private final int index;
  private final int descriptor;
  private final int offload;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment reading;
  private final MemorySegment writing;
  private volatile long writeErrors;
  private volatile boolean closed;

  private LinuxTun(String name, int index, int descriptor, int offload) {
    this.name = name;
    this.index = index;
    this.descriptor = descriptor;
    this.offload = offload;
    // One byte more than any packet, to notice one that was cut.
    this.reading = arena.allocate(16 + MAX_PACKET + 1, 16);
    this.writing = arena.allocate(16 + MAX_PACKET + 1, 16);
  }

  /**
   * Makes the interface (or takes a persistent one that nobody uses), in the calling thread's
   * network namespace. Needs CAP_NET_ADMIN.
   *
   * @param name up to 15 ASCII characters; "ipae%d" lets the kernel number it
   * @throws OsException ENOENT or ENODEV: no /dev/net/tun; EPERM: not allowed; EBUSY: in use;
   *     EINVAL: the name is bad or belongs to an interface of another kind
   */
  public static LinuxTun open(String name, TunOptions options) throws OsException {
    return open(name, options, 0);
  }

  /**
   * Makes an interface with several queues. The kernel spreads what the host sends over them by
   * flow, and sends a flow by the queue that its other direction was last written to.
   *
   * @throws OsException as {@link #open}; also EBUSY if there is such an interface already: with
   *     several queues the kernel would let two programs share it
   */
  public static List<LinuxTun> queues(String name, int count, TunOptions options)
      throws OsException {
    if (count == 1) {
      return List.of(open(name, options));
    }
    TunOptions several = new TunOptions(true, options.tcp(), options.udp());
    List<LinuxTun> queues = new ArrayList<>(List.of(open(name, several, Abi.IFF_TUN_EXCL)));
    try {
      while (queues.size() < count) {
        queues.add(open(queues.getFirst().name(), several));
      }
    } catch (OsException | RuntimeException | Error e) {
      queues.forEach(LinuxTun::close);
      throw e;
    }
    return List.copyOf(queues);
  }

  private static LinuxTun open(String name, TunOptions options, int more) throws OsException {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    if (text.length == 0 || text.length >= Abi.IFNAMSIZ) {
      throw new OsException("TUNSETIFF " + name, Errno.EINVAL, "a name has 1 to 15 characters");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom("/dev/net/tun");
      int fd = Libc.open(path.address(), Abi.O_RDWR | Abi.O_NONBLOCK | Abi.O_CLOEXEC, 0);
      if (fd < 0) {
        int errno = Libc.errno();
        throw new OsException("open /dev/net/tun", errno, openHint(errno));
      }
      try {
        MemorySegment request = arena.allocate(Abi.SIZEOF_IFREQ, 8);
        MemorySegment.copy(text, 0, request, ValueLayout.JAVA_BYTE, 0, text.length);
        int flags =
            Abi.IFF_TUN
                | Abi.IFF_NO_PI
                | Abi.IFF_VNET_HDR
                | (options.multiQueue() ? Abi.IFF_MULTI_QUEUE : 0)
                | more;
        request.set(Abi.H16, Abi.IFR_FLAGS, (short) flags);
        if (Libc.ioctl(fd, Abi.TUNSETIFF, request.address()) < 0) {
          int errno = Libc.errno();
          throw new OsException("TUNSETIFF " + name, errno, attachHint(errno));
        }
        String given = request.getString(0, StandardCharsets.US_ASCII);
        int offload = offload(fd, given, options);
        // A persistent interface may have been left with another header size.
        MemorySegment size = arena.allocate(4, 4);
        size.set(Abi.H32, 0, HEADER);
        if (Libc.ioctl(fd, Abi.TUNSETVNETHDRSZ, size.address()) < 0) {
          throw new OsException("TUNSETVNETHDRSZ " + given, Libc.errno());
        }
        int index = Libc.if_nametoindex(request.address());
        if (index <= 0) {
          throw new OsException("if_nametoindex " + given, Libc.errno());
        }
        return new LinuxTun(given, index, fd, offload);
      } catch (OsException | RuntimeException | Error e) {
        Libc.close(fd);
        throw e;
      }
    }
  }

  /** Switches on what is wanted and there; returns that. */
  private static int offload(int fd, String name, TunOptions options) throws OsException {
    int tcp = Abi.TUN_F_CSUM | Abi.TUN_F_TSO4 | Abi.TUN_F_TSO6 | Abi.TUN_F_TSO_ECN;
    int udp = Abi.TUN_F_USO4 | Abi.TUN_F_USO6;
    if (options.tcp() && options.udp() && Libc.ioctl(fd, Abi.TUNSETOFFLOAD, tcp | udp) >= 0) {
      return tcp | udp;
    }
    if (options.tcp() && Libc.ioctl(fd, Abi.TUNSETOFFLOAD, tcp) >= 0) {
      return tcp;
    }
    if (Libc.ioctl(fd, Abi.TUNSETOFFLOAD, 0) < 0) {
      throw new OsException("TUNSETOFFLOAD " + name, Libc.errno());
    }
    return 0;
  }

  private static String openHint(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO -> "is the tun module there (modprobe tun)?";
      case Errno.EPERM, Errno.EACCES -> "the process may not use the device";
      default -> "";
    };
  }

  private static String attachHint(int errno) {
    return switch (errno) {
      case Errno.EPERM -> "needs CAP_NET_ADMIN";
      case Errno.EBUSY -> "another process uses the interface";
      case Errno.EINVAL -> "a bad name, or an interface of another kind or queue mode has it";
      default -> "";
    };
  }

  private static String goneHint(int errno) {
    return errno == Errno.EBADFD ? "somebody has deleted the interface" : "";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public boolean tcpOffload() {
    return (offload & Abi.TUN_F_TSO4) != 0;
  }

  @Override
  public boolean udpOffload() {
    return (offload & Abi.TUN_F_USO4) != 0;
  }

  @Override
  public int read(PacketBatch batch) throws IOException {
    checkOpen("read");
    batch.clear();
    long room = HEADER + Math.min(batch.slotBytes(), MAX_PACKET) + 1L;
    while (!batch.full()) {
      long bytes = Libc.read(descriptor, reading.address() + START, room);
      if (bytes < 0) {
        int errno = Libc.errno();
        if (errno == Errno.EINTR) {
          continue;
        }
        if (errno == Errno.EAGAIN) {
          break;
        }
        throw new OsException("read " + name, errno, goneHint(errno));
      }
      int length = (int) bytes - HEADER;
      if (length <= 0 || bytes == room) {
        continue; // nothing behind the header, or longer than a slot
      }
      int off = batch.nextOffset();
      MemorySegment.copy(reading, ValueLayout.JAVA_BYTE, 16, batch.bytes(), off, length);
      int i = batch.add(off, length);
      batch.segmentation(
          i,
          reading.get(ValueLayout.JAVA_BYTE, START + Abi.VNET_GSO_TYPE),
          reading.get(Abi.H16, START + Abi.VNET_HDR_LEN),
          reading.get(Abi.H16, START + Abi.VNET_GSO_SIZE));
      batch.checksum(
          i,
          reading.get(ValueLayout.JAVA_BYTE, START + Abi.VNET_FLAGS),
          reading.get(Abi.H16, START + Abi.VNET_CSUM_START),
          reading.get(Abi.H16, START + Abi.VNET_CSUM_OFFSET));
    }
    return batch.count();
  }

  @Override
  public int write(PacketBatch batch) throws IOException {
    synchronized (writing) {
      return writeAll(batch);
    }
  }

  private int writeAll(PacketBatch batch) throws OsException {
    checkOpen("write");
    int written = 0;
    int refused = 0;
    for (int i = 0; i < batch.count(); i++) {
      int length = batch.length(i);
      if (length > MAX_PACKET) {
        refused++;
        continue;
      }
      writing.set(ValueLayout.JAVA_BYTE, START + Abi.VNET_FLAGS, (byte) batch.flags(i));
      writing.set(ValueLayout.JAVA_BYTE, START + Abi.VNET_GSO_TYPE, (byte) batch.gsoType(i));
      writing.set(Abi.H16, START + Abi.VNET_HDR_LEN, (short) batch.headerLength(i));
      writing.set(Abi.H16, START + Abi.VNET_GSO_SIZE, (short) batch.gsoSize(i));
      writing.set(Abi.H16, START + Abi.VNET_CSUM_START, (short) batch.checksumStart(i));
      writing.set(Abi.H16, START + Abi.VNET_CSUM_OFFSET, (short) batch.checksumOffset(i));
      MemorySegment.copy(
          batch.bytes(), batch.offset(i), writing, ValueLayout.JAVA_BYTE, 16, length);
      int errno = writeOne(HEADER + length);
      if (errno == 0) {
        written++;
      } else {
        refused++;
        if (errno == Errno.EINVAL) {
          batch.refuse(i);
        }
      }
    }
    if (refused > 0) {
      countRefused(refused);
    }
    return written;
  }

  /** 0 or the error number. */
  private int writeOne(int bytes) throws OsException {
    while (Libc.write(descriptor, writing.address() + START, bytes) < 0) {
      int errno = Libc.errno();
      if (errno == Errno.EBADF || errno == Errno.EBADFD) {
        throw new OsException("write " + name, errno, goneHint(errno));
      }
      if (errno != Errno.EINTR) {
        return errno; // EINVAL: not IP; EIO: the link is down; ENOMEM, EAGAIN: no room
      }
    }
    return 0;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes at a time
  private void countRefused(int refused) {
    writeErrors += refused;
  }

  @Override
  public long writeErrors() {
    return writeErrors;
  }

  private void checkOpen(String call) throws OsException {
    if (closed) {
      throw new OsException(call + " " + name, Errno.EBADF);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Libc.close(descriptor);
      arena.close();
    }
  }
}
