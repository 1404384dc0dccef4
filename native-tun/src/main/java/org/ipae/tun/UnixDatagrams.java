// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/** Datagrams to a Unix socket, which the JDK has none of: unix(7). Any thread. */
public final class UnixDatagrams {
  private UnixDatagrams() {}

  /**
   * Sends one.
   *
   * @param to a path, or a name in the abstract namespace with {@code @} before it
   * @throws OsException if it cannot be sent: ENOENT, ECONNREFUSED, EAGAIN if nobody reads
   */
  public static void send(String to, String text) throws OsException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String call = "sendto " + to;
    try (Arena arena = Arena.ofConfined()) {
      String name = to.startsWith("@") ? "\0" + to.substring(1) : to;
      MemorySegment address = UnixAddress.of(arena, name, call);
      MemorySegment data = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
      int fd = Libc.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
      if (fd < 0) {
        throw new OsException("socket AF_UNIX", Libc.errno());
      }
      int flags = Abi.MSG_NOSIGNAL | Abi.MSG_DONTWAIT;
      int length = (int) address.byteSize();
      try {
        if (Libc.sendto(fd, data.address(), bytes.length, flags, address.address(), length) < 0) {
          throw new OsException(call, Libc.errno());
        }
      } finally {
        Libc.close(fd);
      }
    }
  }
}
