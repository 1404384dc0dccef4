// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.ipae.tun.kernel.Abi;

/** The address of a Unix socket as the kernel takes it, struct sockaddr_un: unix(7). */
final class UnixAddress {
  private UnixAddress() {}

  /**
   * The address, as long as it counts.
   *
   * @param name a path, or a name in the abstract namespace with a NUL before it
   * @param call for the message
   * @throws OsException EINVAL if the name is empty or too long
   */
  static MemorySegment of(Arena arena, String name, String call) throws OsException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length >= Abi.SIZEOF_SUN_PATH) {
      throw new OsException(call, Errno.EINVAL, "a path has 1 to 107 bytes");
    }
    int end = bytes[0] == 0 ? 0 : 1; // only a path ends with a NUL
    MemorySegment out = arena.allocate(Abi.SUN_PATH + bytes.length + end, 2);
    out.set(Abi.H16, 0, (short) Abi.AF_UNIX);
    MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, Abi.SUN_PATH, bytes.length);
    return out;
  }
}
