// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/** The clock that also runs while the host sleeps. Any thread. */
public final class BootClock {
  // The kernel writes the time into memory; each thread has its own 16 bytes.
  private static final ThreadLocal<MemorySegment> TIMESPEC =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Abi.SIZEOF_TIMESPEC, 8));

  private BootClock() {}

  /** Nanoseconds since the host booted, time asleep included (CLOCK_BOOTTIME). Never goes back. */
  public static long nanos() {
    MemorySegment timespec = TIMESPEC.get();
    if (Libc.clock_gettime(Abi.CLOCK_BOOTTIME, timespec.address()) < 0) {
      throw new IllegalStateException("clock_gettime CLOCK_BOOTTIME failed");
    }
    return timespec.get(Abi.H64, Abi.TV_SEC) * 1_000_000_000L + timespec.get(Abi.H64, Abi.TV_NSEC);
  }

  /** Milliseconds of the same. */
  public static long millis() {
    return nanos() / 1_000_000;
  }

  /**
   * A text that is new at each boot; readings of {@link #nanos} compare only under one.
   *
   * @throws IOException if /proc is not there
   */
  public static String bootId() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }
}
