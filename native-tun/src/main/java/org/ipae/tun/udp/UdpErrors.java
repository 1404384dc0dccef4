// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;
import org.jspecify.annotations.Nullable;

/** The error queue of a socket (IP_RECVERR). One thread. */
final class UdpErrors implements AutoCloseable {
  private static final int NAME = 32;
  private static final int CONTROL = 256;
  private static final int CONTROL_AT = Abi.SIZEOF_MSGHDR + 8;
  private static final int NAME_AT = CONTROL_AT + CONTROL;

  private final int descriptor;
  private final boolean ipv4;
  private final Arena arena = Arena.ofShared();
  // msghdr, control messages, name. No payload: the kernel drops the returned datagram's bytes.
  private final MemorySegment memory = arena.allocate(NAME_AT + NAME, 16);
  private volatile boolean closed;

  UdpErrors(int descriptor, boolean ipv4) {
    this.descriptor = descriptor;
    this.ipv4 = ipv4;
    memory.set(Abi.H64, Abi.MSG_NAME, memory.address() + NAME_AT);
    memory.set(Abi.H64, Abi.MSG_CONTROL, memory.address() + CONTROL_AT);
  }

  @Nullable PathError read() throws OsException {
    if (closed) {
      throw new OsException("recvmsg MSG_ERRQUEUE", Errno.EBADF);
    }
    while (true) {
      memory.set(Abi.H32, Abi.MSG_NAMELEN, NAME);
      memory.set(Abi.H64, Abi.MSG_CONTROLLEN, CONTROL);
      memory.set(Abi.H32, Abi.MSG_FLAGS, 0);
      int flags = Abi.MSG_ERRQUEUE | Abi.MSG_DONTWAIT;
      if (Libc.recvmsg(descriptor, memory.address(), flags) < 0) {
        int errno = Libc.errno();
        if (errno == Errno.EAGAIN) {
          return null;
        }
        if (errno != Errno.EINTR && !Errno.fromNetwork(errno)) {
          throw new OsException("recvmsg MSG_ERRQUEUE", errno);
        }
        continue;
      }
      PathError error = find();
      if (error != null) {
        return error;
      }
    }
  }

  private @Nullable PathError find() {
    long at = CONTROL_AT;
    long end = at + memory.get(Abi.H64, Abi.MSG_CONTROLLEN);
    int level = ipv4 ? Abi.IPPROTO_IP : Abi.IPPROTO_IPV6;
    int type = ipv4 ? Abi.IP_RECVERR : Abi.IPV6_RECVERR;
    while (at + Abi.CMSG_DATA <= end) {
      long length = memory.get(Abi.H64, at + Abi.CMSG_LEN);
      if (length < Abi.CMSG_DATA || at + length > end) {
        return null;
      }
      if (memory.get(Abi.H32, at + Abi.CMSG_LEVEL) == level
          && memory.get(Abi.H32, at + Abi.CMSG_TYPE) == type
          && length >= Abi.CMSG_DATA + Abi.SIZEOF_SOCK_EXTENDED_ERR) {
        return error(at + Abi.CMSG_DATA);
      }
      at += length + 7 & ~7L;
    }
    return null;
  }

  private PathError error(long at) {
    int errno = memory.get(Abi.H32, at + Abi.EE_ERRNO);
    return new PathError(
        errno,
        errno == Errno.EMSGSIZE ? memory.get(Abi.H32, at + Abi.EE_INFO) : 0,
        SocketAddress.hi(memory, NAME_AT, ipv4),
        SocketAddress.lo(memory, NAME_AT, ipv4),
        SocketAddress.port(memory, NAME_AT),
        memory.get(ValueLayout.JAVA_BYTE, at + Abi.EE_ORIGIN) == Abi.SO_EE_ORIGIN_LOCAL);
  }

  @Override
  public void close() {
    closed = true;
    arena.close();
  }
}
