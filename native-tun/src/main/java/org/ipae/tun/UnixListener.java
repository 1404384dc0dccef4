// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/** Who listens on a Unix socket. Any thread. */
public final class UnixListener {
  private UnixListener() {}

  /**
   * The process that listens on a stream socket, whether it takes connections at the moment or not.
   *
   * @return its id, 0 if it cannot be seen from here; empty if nobody listens
   * @throws OsException if it cannot be asked: EINVAL for a path that is too long, EACCES
   */
  public static OptionalInt process(Path socket) throws OsException {
    String call = "connect " + socket;
    int type = Abi.SOCK_STREAM | Abi.SOCK_CLOEXEC | Abi.SOCK_NONBLOCK;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = UnixAddress.of(arena, socket.toString(), call);
      int fd = Libc.socket(Abi.AF_UNIX, type, 0);
      if (fd < 0) {
        throw new OsException("socket AF_UNIX", Libc.errno());
      }
      try {
        return listener(arena, fd, to, call);
      } finally {
        Libc.close(fd);
      }
    }
  }

  private static OptionalInt listener(Arena arena, int fd, MemorySegment to, String call)
      throws OsException {
    if (Libc.connect(fd, to.address(), (int) to.byteSize()) < 0) {
      int errno = Libc.errno();
      return switch (errno) {
        case Errno.ECONNREFUSED, Errno.ENOENT -> OptionalInt.empty();
        case Errno.EAGAIN -> OptionalInt.of(0); // more wait than it has room for
        default -> throw new OsException(call, errno);
      };
    }
    MemorySegment credentials = arena.allocate(Abi.SIZEOF_UCRED, 4);
    MemorySegment size = arena.allocate(4, 4);
    size.set(Abi.H32, 0, Abi.SIZEOF_UCRED);
    int got =
        Libc.getsockopt(fd, Abi.SOL_SOCKET, Abi.SO_PEERCRED, credentials.address(), size.address());
    return OptionalInt.of(got < 0 ? 0 : credentials.get(Abi.H32, Abi.UCRED_PID));
  }
}
