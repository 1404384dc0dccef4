// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Replaces a file as a whole: a reader, also one after a power failure, sees either the old text or
 * the new one.
 */
final class AtomicFile {
  private AtomicFile() {}

  /** Keeps mode, owner and group, and follows a link. */
  static void replace(Path file, String text) throws IOException {
    Path real = file.toRealPath();
    Path directory = real.toAbsolutePath().getParent();
    PosixFileAttributes was = Files.readAttributes(real, PosixFileAttributes.class);
    Path next = Files.createTempFile(directory, ".ipae", ".new");
    try {
      try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
        ByteBuffer b = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (b.hasRemaining()) {
          out.write(b);
        }
        out.force(true);
      }
      PosixFileAttributes is = Files.readAttributes(next, PosixFileAttributes.class);
      if (!is.owner().equals(was.owner()) || !is.group().equals(was.group())) {
        Files.setAttribute(next, "unix:uid", Files.getAttribute(real, "unix:uid"));
        Files.setAttribute(next, "unix:gid", Files.getAttribute(real, "unix:gid"));
      }
      Files.setPosixFilePermissions(next, was.permissions());
      Files.move(next, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
    if (directory != null) {
      try (FileChannel d = FileChannel.open(directory, StandardOpenOption.READ)) {
        d.force(true);
      }
    }
  }
}
