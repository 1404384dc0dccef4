// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A program that the kernel runs for each packet of a socket: classic BPF, {@code bpf(4)}. */
public final class ClassicBpf {
  private record Instruction(int code, int jumpIfTrue, int jumpIfFalse, int k) {}

  private final List<Instruction> program = new ArrayList<>();

  /** Appends an instruction BPF_*; {@code k} is its operand. */
  public ClassicBpf then(int code, int k) {
    program.add(new Instruction(code, 0, 0, k));
    return this;
  }

  /** Appends a comparison, with how many instructions to skip when it holds and when not. */
  public ClassicBpf when(int code, int k, int skipIfTrue, int skipIfFalse) {
    program.add(new Instruction(code, skipIfTrue, skipIfFalse, k));
    return this;
  }

  /** Gives it to a socket by this option of SOL_SOCKET. Returns 0 or the error number. */
  public int attach(int socket, int option) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate((long) program.size() * Abi.SIZEOF_SOCK_FILTER, 8);
      long at = 0;
      for (Instruction i : program) {
        code.set(Abi.H16, at + Abi.FILTER_CODE, (short) i.code);
        code.set(ValueLayout.JAVA_BYTE, at + Abi.FILTER_JT, (byte) i.jumpIfTrue);
        code.set(ValueLayout.JAVA_BYTE, at + Abi.FILTER_JF, (byte) i.jumpIfFalse);
        code.set(Abi.H32, at + Abi.FILTER_K, i.k);
        at += Abi.SIZEOF_SOCK_FILTER;
      }
      MemorySegment all = arena.allocate(Abi.SIZEOF_SOCK_FPROG, 8);
      all.set(Abi.H16, Abi.FPROG_LEN, (short) program.size());
      all.set(Abi.H64, Abi.FPROG_FILTER, code.address());
      int failed =
          Libc.setsockopt(socket, Abi.SOL_SOCKET, option, all.address(), Abi.SIZEOF_SOCK_FPROG);
      return failed < 0 ? Libc.errno() : 0;
    }
  }
}
