// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/**
 * Whether the kernel's random generator has been seeded since boot. Until then /dev/urandom gives
 * what can be guessed: random(4). Any thread.
 */
public final class KernelRandom {
  private KernelRandom() {}

  /**
   * Whether it has.
   *
   * @throws OsException if it cannot be asked: ENOSYS
   */
  public static boolean seeded() throws OsException {
    return ask(Abi.GRND_NONBLOCK);
  }

  /**
   * Blocks until it has, and has the kernel gather what it can: kernels since 5.6 do so only while
   * somebody waits. An interrupt of the thread does not end it.
   *
   * @throws OsException if it cannot be asked: ENOSYS
   */
  public static void awaitSeed() throws OsException {
    while (!ask(0)) {}
  }

  /** Takes a byte, and forgets it. */
  private static boolean ask(int flags) throws OsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(1);
      if (Libc.getrandom(one.address(), 1, flags) >= 0) {
        return true;
      }
      int errno = Libc.errno();
      if (errno != Errno.EAGAIN && errno != Errno.EINTR) {
        throw new OsException("getrandom", errno);
      }
      return false;
    }
  }
}
