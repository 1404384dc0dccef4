// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The C functions in use, mapped directly: primitives only, addresses and size_t as long. A
 * negative result means failure; only then is {@link #errno()} meaningful.
 *
 * <p>open and ioctl are variadic in C. On x86-64 and aarch64 Linux variadic integer arguments
 * travel in the same registers as fixed ones, so a fixed mapping of three arguments calls them
 * correctly.
 */
@SuppressWarnings("MemberName") // the names are C's
public final class Libc {
  static {
    Native.register(Libc.class, NativeLibrary.getProcess());
  }

  private Libc() {}

  public static native int open(long path, int flags, int mode);

  public static native int close(int fd);

  public static native int ioctl(int fd, long request, long argument);

  public static native long read(int fd, long buffer, long bytes);

  public static native long write(int fd, long buffer, long bytes);

  public static native int socket(int family, int type, int protocol);

  public static native int bind(int fd, long address, int bytes);

  public static native int connect(int fd, long address, int bytes);

  public static native int getsockname(int fd, long address, long bytesAddress);

  public static native int getsockopt(int fd, int level, int name, long value, long bytesAddress);

  public static native int setsockopt(int fd, int level, int name, long value, int bytes);

  public static native long sendto(
      int fd, long buffer, long bytes, int flags, long address, int length);

  public static native long recv(int fd, long buffer, long bytes, int flags);

  public static native long recvmsg(int fd, long message, int flags);

  public static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);

  public static native int sendmmsg(int fd, long messages, int count, int flags);

  public static native int ppoll(long descriptors, long count, long timeout, long signals);

  public static native int eventfd(int initial, int flags);

  public static native int eventfd_write(int fd, long value);

  public static native int eventfd_read(int fd, long valueAddress);

  public static native int clock_gettime(int clock, long timespec);

  public static native int if_nametoindex(long name);

  public static native long getrandom(long buffer, long bytes, int flags);

  /** The calling thread's error number, right after a call that returned a negative result. */
  public static int errno() {
    return Native.getLastError();
  }

  /** Sets an int option. Returns 0 or the error number. */
  public static int option(int fd, int level, int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4, 4);
      memory.set(Abi.H32, 0, value);
      return setsockopt(fd, level, name, memory.address(), 4) < 0 ? errno() : 0;
    }
  }

  /**
   * Sets the size of a socket's buffer, beyond net.core.[rw]mem_max if the process may; otherwise
   * the kernel cuts to that limit. Returns 0 or the error number.
   */
  public static int buffer(int fd, int force, int plain, int bytes) {
    return option(fd, Abi.SOL_SOCKET, force, bytes) == 0
        ? 0
        : option(fd, Abi.SOL_SOCKET, plain, bytes);
  }
}
