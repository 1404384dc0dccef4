// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.OsException;

/**
 * A kernel that lacks something: a filter of system calls (seccomp) in front of the real one, for
 * the calling thread alone and as long as it lives.
 */
final class OlderKernel {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int IOCTL = ARM ? 29 : 16;
  private static final int SETSOCKOPT = ARM ? 208 : 54;
  private static final int GETRANDOM = ARM ? 278 : 318;

  private static final int PR_SET_SECCOMP = 22;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
  private static final int EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  private static final int ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7fff0000;
  private static final int FAIL = 0x00050000;
  private static final int ARGUMENTS = 16; // in struct seccomp_data, 8 bytes each

  static {
    Native.register(OlderKernel.class, NativeLibrary.getProcess());
  }

  private OlderKernel() {}

  static native int prctl(int what, long a, long b, long c, long d);

  /** From now on setsockopt of this option fails. */
  static void withoutOption(int level, int name, int errno) throws OsException {
    filter(SETSOCKOPT, List.of(new int[] {1, EQUAL, level}, new int[] {2, EQUAL, name}), errno);
  }

  /** From now on this ioctl fails if its argument has any of these bits. */
  static void withoutFlags(int request, int bits, int errno) throws OsException {
    filter(IOCTL, List.of(new int[] {1, EQUAL, request}, new int[] {2, ANY_BIT, bits}), errno);
  }

  /** From now on getrandom with any of these flags fails; with 0, every one does. */
  static void withoutRandom(int flags, int errno) throws OsException {
    filter(GETRANDOM, flags == 0 ? List.of() : List.of(new int[] {2, ANY_BIT, flags}), errno);
  }

  /** Fails calls whose arguments pass all tests: {argument, kind of jump, value}. */
  private static void filter(int call, List<int[]> tests, int errno) throws OsException {
    List<int[]> program = new ArrayList<>(); // {code, if true, if false, value}
    int left = 2 * tests.size() + 1;
    program.add(new int[] {LOAD, 0, 0, 0});
    program.add(new int[] {EQUAL, 0, left, call});
    for (int[] t : tests) {
      left -= 2;
      program.add(new int[] {LOAD, 0, 0, ARGUMENTS + 8 * t[0]});
      program.add(new int[] {t[1], 0, left, t[2]});
    }
    program.add(new int[] {RETURN, 0, 0, FAIL | errno});
    program.add(new int[] {RETURN, 0, 0, ALLOW});
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate((long) program.size() * Abi.SIZEOF_SOCK_FILTER, 8);
      for (int i = 0; i < program.size(); i++) {
        int[] p = program.get(i);
        long at = (long) i * Abi.SIZEOF_SOCK_FILTER;
        code.set(Abi.H16, at + Abi.FILTER_CODE, (short) p[0]);
        code.set(Abi.H16, at + Abi.FILTER_CODE + 2, (short) (p[1] | p[2] << 8));
        code.set(Abi.H32, at + Abi.FILTER_K, p[3]);
      }
      MemorySegment all = arena.allocate(Abi.SIZEOF_SOCK_FPROG, 8);
      all.set(Abi.H16, Abi.FPROG_LEN, (short) program.size());
      all.set(Abi.H64, Abi.FPROG_FILTER, code.address());
      if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
          || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, all.address(), 0, 0) < 0) {
        throw new OsException("prctl", Libc.errno());
      }
    }
  }
}
