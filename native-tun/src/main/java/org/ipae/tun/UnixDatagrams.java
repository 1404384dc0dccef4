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
    byte[] name = to.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String call = "sendto " + to;
    if (name.length == 0 || name.length >= Abi.SIZEOF_SUN_PATH) {
      throw new OsException(call, Errno.EINVAL, "a path has 1 to 107 bytes");
    }
    int fd = Libc.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      throw new OsException("socket AF_UNIX", Libc.errno());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(Abi.SUN_PATH + Abi.SIZEOF_SUN_PATH, 2);
      address.set(Abi.H16, 0, (short) Abi.AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Abi.SUN_PATH, name.length);
      boolean isAbstract = name[0] == '@';
      if (isAbstract) {
        address.set(ValueLayout.JAVA_BYTE, Abi.SUN_PATH, (byte) 0);
      }
      int length = Abi.SUN_PATH + name.length + (isAbstract ? 0 : 1);
      MemorySegment data = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
      int flags = Abi.MSG_NOSIGNAL | Abi.MSG_DONTWAIT;
      if (Libc.sendto(fd, data.address(), bytes.length, flags, address.address(), length) < 0) {
        throw new OsException(call, Libc.errno());
      }
    } finally {
      Libc.close(fd);
    }
  }
}
