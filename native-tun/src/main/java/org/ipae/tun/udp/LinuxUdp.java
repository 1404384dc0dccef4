// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.ipae.tun.Errno;
import org.ipae.tun.IpText;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket of this host: recvmmsg and sendmmsg, local addresses by PKTINFO, ECN bits, no
 * fragmentation (IP_PMTUDISC_PROBE: the caller finds the path MTU), errors by IP_RECVERR.
 */
public final class LinuxUdp implements UdpSocket {
  private final int descriptor;
  private final boolean ipv4;
  private final int localPort;
  private final boolean gro;
  private final UdpReceiver receiver;
  private final UdpSender sender;
  private final UdpErrors errors;
  private boolean closed; // under this

  private LinuxUdp(int descriptor, boolean ipv4, int localPort, boolean gso, boolean gro) {
    this.descriptor = descriptor;
    this.ipv4 = ipv4;
    this.localPort = localPort;
    this.gro = gro;
    this.receiver = new UdpReceiver(descriptor, ipv4);
    this.sender = new UdpSender(descriptor, ipv4, gso);
    this.errors = new UdpErrors(descriptor, ipv4);
  }

  /**
   * Binds a socket in the calling thread's network namespace. The address is given in two
   * big-endian longs: {@code ::ffff:a.b.c.d} makes an IPv4 socket, anything else one for IPv6
   * alone. 0.0.0.0 ({@code ::ffff:0:0}) and {@code ::} mean all addresses.
   *
   * @param port 0 = a free one
   * @throws OsException EADDRINUSE: the port is taken; EADDRNOTAVAIL: no such address here; EPERM:
   *     a mark without CAP_NET_ADMIN; EACCES: a privileged port
   */
  public static LinuxUdp open(long hi, long lo, int port, UdpOptions options) throws OsException {
    return open(hi, lo, port, options, false);
  }

  /**
   * The same.
   *
   * @param shared whether the port may be one of a {@link PortGroup}
   */
  static LinuxUdp open(long hi, long lo, int port, UdpOptions options, boolean shared)
      throws OsException {
    boolean ipv4 = IpText.mapped(hi, lo);
    int family = ipv4 ? Abi.AF_INET : Abi.AF_INET6;
    int type = Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;
    int fd = Libc.socket(family, type, 0);
    if (fd < 0) {
      throw new OsException(ipv4 ? "socket AF_INET" : "socket AF_INET6", Libc.errno());
    }
    try {
      configure(fd, ipv4, options);
      if (shared) {
        set(fd, Abi.SOL_SOCKET, Abi.SO_REUSEPORT, 1, "SO_REUSEPORT");
      }
      // 0 switches nothing on for messages without a size of their own: it only asks the kernel.
      boolean gso = options.gso() && Libc.option(fd, Abi.IPPROTO_UDP, Abi.UDP_SEGMENT, 0) == 0;
      boolean gro = options.gro() && Libc.option(fd, Abi.IPPROTO_UDP, Abi.UDP_GRO, 1) == 0;
      return new LinuxUdp(fd, ipv4, bind(fd, hi, lo, port), gso, gro);
    } catch (OsException | RuntimeException | Error e) {
      Libc.close(fd);
      throw e;
    }
  }

  private static void configure(int fd, boolean ipv4, UdpOptions options) throws OsException {
    if (ipv4) {
      set(fd, Abi.IPPROTO_IP, Abi.IP_PKTINFO, 1, "IP_PKTINFO");
      set(fd, Abi.IPPROTO_IP, Abi.IP_RECVTOS, 1, "IP_RECVTOS");
      set(fd, Abi.IPPROTO_IP, Abi.IP_RECVERR, 1, "IP_RECVERR");
      set(fd, Abi.IPPROTO_IP, Abi.IP_MTU_DISCOVER, Abi.IP_PMTUDISC_PROBE, "IP_MTU_DISCOVER");
    } else {
      int level = Abi.IPPROTO_IPV6;
      set(fd, level, Abi.IPV6_V6ONLY, 1, "IPV6_V6ONLY");
      set(fd, level, Abi.IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
      set(fd, level, Abi.IPV6_RECVTCLASS, 1, "IPV6_RECVTCLASS");
      set(fd, level, Abi.IPV6_RECVERR, 1, "IPV6_RECVERR");
      set(fd, level, Abi.IPV6_MTU_DISCOVER, Abi.IPV6_PMTUDISC_PROBE, "IPV6_MTU_DISCOVER");
    }
    Libc.option(fd, Abi.SOL_SOCKET, Abi.SO_RXQ_OVFL, 1); // optional: only a count
    // Optional: an address that comes later may be bound to. Nothing is sent from it before.
    int freeBind = ipv4 ? Abi.IP_FREEBIND : Abi.IPV6_FREEBIND;
    Libc.option(fd, ipv4 ? Abi.IPPROTO_IP : Abi.IPPROTO_IPV6, freeBind, 1);
    buffer(fd, Abi.SO_RCVBUFFORCE, Abi.SO_RCVBUF, options.bufferBytes(), "SO_RCVBUF");
    buffer(fd, Abi.SO_SNDBUFFORCE, Abi.SO_SNDBUF, options.bufferBytes(), "SO_SNDBUF");
    if (options.mark() != 0) {
      set(fd, Abi.SOL_SOCKET, Abi.SO_MARK, options.mark(), "SO_MARK");
    }
  }

  private static void set(int fd, int level, int name, int value, String call) throws OsException {
    check(Libc.option(fd, level, name, value), call);
  }

  private static void buffer(int fd, int force, int plain, int bytes, String call)
      throws OsException {
    check(Libc.buffer(fd, force, plain, bytes), call);
  }

  private static void check(int errno, String call) throws OsException {
    if (errno != 0) {
      throw new OsException("setsockopt " + call, errno);
    }
  }

  @Override
  public void mark(int mark) throws OsException {
    set(descriptor, Abi.SOL_SOCKET, Abi.SO_MARK, mark, "SO_MARK");
  }

  private static int bind(int fd, long hi, long lo, int port) throws OsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(32, 8);
      int length = SocketAddress.write(address, 0, IpText.mapped(hi, lo), hi, lo, port);
      if (Libc.bind(fd, address.address(), length) < 0) {
        int errno = Libc.errno();
        String hint = errno == Errno.EADDRINUSE ? "another socket has this port" : "";
        throw new OsException("bind UDP " + IpText.of(hi, lo, port), errno, hint);
      }
      MemorySegment size = arena.allocate(4, 4);
      size.set(Abi.H32, 0, 32);
      if (Libc.getsockname(fd, address.address(), size.address()) < 0) {
        throw new OsException("getsockname", Libc.errno());
      }
      return SocketAddress.port(address, 0);
    }
  }

  @Override
  public int receive(DatagramBatch batch) throws IOException {
    return receiver.receive(batch);
  }

  @Override
  public int send(DatagramBatch batch, int from) throws IOException {
    synchronized (sender) {
      return sender.send(batch, from);
    }
  }

  @Override
  public boolean gso() {
    return sender.gso();
  }

  @Override
  public boolean gro() {
    return gro;
  }

  @Override
  public int localPort() {
    return localPort;
  }

  @Override
  public boolean ipv4() {
    return ipv4;
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public long receiveDrops() {
    return receiver.drops();
  }

  @Override
  public Map<String, Long> sendErrors() {
    return sender.errors();
  }

  @Override
  public @Nullable PathError readError() throws IOException {
    return errors.read();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      receiver.close();
      sender.close();
      errors.close();
      Libc.close(descriptor);
    }
  }
}
