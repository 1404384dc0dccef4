// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
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
    byte[] path = socket.toString().getBytes(StandardCharsets.UTF_8);
    String call = "connect " + socket;
    if (path.length >= Abi.SIZEOF_SUN_PATH) {
      throw new OsException(call, Errno.EINVAL, "a path has at most 107 bytes");
    }
    int type = Abi.SOCK_STREAM | Abi.SOCK_CLOEXEC | Abi.SOCK_NONBLOCK;
    int fd = Libc.socket(Abi.AF_UNIX, type, 0);
    if (fd < 0) {
      throw new OsException("socket AF_UNIX", Libc.errno());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(Abi.SUN_PATH + Abi.SIZEOF_SUN_PATH, 2);
      to.set(Abi.H16, 0, (short) Abi.AF_UNIX);
      MemorySegment.copy(path, 0, to, ValueLayout.JAVA_BYTE, Abi.SUN_PATH, path.length);
      if (Libc.connect(fd, to.address(), Abi.SUN_PATH + path.length + 1) < 0) {
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
          Libc.getsockopt(
              fd, Abi.SOL_SOCKET, Abi.SO_PEERCRED, credentials.address(), size.address());
      return OptionalInt.of(got < 0 ? 0 : credentials.get(Abi.H32, Abi.UCRED_PID));
    } finally {
      Libc.close(fd);
    }
  }
}
