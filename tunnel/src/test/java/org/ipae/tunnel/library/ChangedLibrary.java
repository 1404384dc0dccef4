// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.ipae.crypto.PacketCipher;

/** The library of the distribution with other machine code in it: 64-bit ELF, little endian. */
final class ChangedLibrary {
  private static final boolean AMD64 = System.getProperty("os.arch").equals("amd64");
  private static final int LOAD = 1;
  private static final int DYNAMIC_SYMBOLS = 11;

  private final ByteBuffer elf;

  ChangedLibrary() throws IOException {
    byte[] bytes = Files.readAllBytes(original());
    elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Path original() {
    return Path.of(Objects.requireNonNull(PacketCipher.libraryFile()));
  }

  /** The function begins with an instruction that no processor has. */
  ChangedLibrary illegal(String function) {
    int at = offset(address(function));
    if (AMD64) {
      elf.putShort(at, (short) 0x0b0f); // UD2
    } else {
      elf.putInt(at, 0); // UDF
    }
    return this;
  }

  /** The function does what another one does. */
  ChangedLibrary jump(String function, String other) {
    long from = address(function);
    long to = address(other);
    int at = offset(from);
    if (AMD64) {
      elf.put(at, (byte) 0xe9).putInt(at + 1, (int) (to - from - 5));
    } else {
      elf.putInt(at, 0x1400_0000 | ((int) ((to - from) >> 2) & 0x03ff_ffff));
    }
    return this;
  }

  /** The function has another name. */
  ChangedLibrary without(String function) {
    elf.put(name(function), (byte) 'X');
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, elf.array());
  }

  private long address(String function) {
    return elf.getLong(symbol(function) + 8);
  }

  /** Where the name of the function stands. */
  private int name(String function) {
    return strings() + elf.getInt(symbol(function));
  }

  private int section(int type) {
    int table = (int) elf.getLong(0x28);
    for (int i = 0; i < elf.getShort(0x3c); i++) {
      int header = table + i * elf.getShort(0x3a);
      if (elf.getInt(header + 4) == type) {
        return header;
      }
    }
    throw new IllegalStateException("no section of type " + type);
  }

  private int strings() {
    int link = elf.getInt(section(DYNAMIC_SYMBOLS) + 0x28);
    return (int) elf.getLong((int) elf.getLong(0x28) + link * elf.getShort(0x3a) + 0x18);
  }

  private int symbol(String function) {
    byte[] wanted = (function + "\0").getBytes(StandardCharsets.US_ASCII);
    int header = section(DYNAMIC_SYMBOLS);
    int begin = (int) elf.getLong(header + 0x18);
    for (int at = begin; at < begin + elf.getLong(header + 0x20); at += 24) {
      if (ByteBuffer.wrap(elf.array(), strings() + elf.getInt(at), wanted.length)
          .equals(ByteBuffer.wrap(wanted))) {
        return at;
      }
    }
    throw new IllegalStateException("no symbol " + function);
  }

  private int offset(long address) {
    int table = (int) elf.getLong(0x20);
    for (int i = 0; i < elf.getShort(0x38); i++) {
      int header = table + i * elf.getShort(0x36);
      long begin = elf.getLong(header + 0x10);
      if (elf.getInt(header) == LOAD
          && address >= begin
          && address < begin + elf.getLong(header + 0x20)) {
        return (int) (address - begin + elf.getLong(header + 8));
      }
    }
    throw new IllegalStateException("not in the file: " + address);
  }
}
