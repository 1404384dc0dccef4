// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.toml.BadText;

/**
 * Follows a path one name at a time, links too, and refuses it where somebody else than its owner
 * could put another file in its place.
 */
final class OwnedPath {
  private static final int MOST_LINKS = 40; // as the kernel
  private static final int OTHERS_WRITE = 022;

  private final Path top;
  private final int owner;

  /**
   * @param top what lies above is not looked at
   * @param owner the user that everything must belong to
   */
  OwnedPath(Path top, int owner) {
    this.top = top;
    this.owner = owner;
  }

  /**
   * The file behind an absolute path, without links in its path.
   *
   * @throws BadText if it is no file, or not only its owner can change it or a folder on the way
   */
  Path real(Path file) {
    try {
      Path real = walk(file);
      if (!Files.isRegularFile(real)) {
        throw new BadText("the library " + file + " is not a file", "correct the path");
      }
      return real;
    } catch (IOException e) {
      throw new BadText(
          "the library " + file + " cannot be read (" + Reason.of(e) + ")",
          "correct the path, or write crypto = \"auto\"");
    }
  }

  private Path walk(Path file) throws IOException {
    Path at = Path.of("/");
    Deque<Path> names = new ArrayDeque<>();
    file.forEach(names::add);
    int links = 0;
    check(file, at);
    while (!names.isEmpty()) {
      Path next = step(at, names.pop());
      if (!Files.isSymbolicLink(next)) {
        check(file, next);
        at = next;
      } else if (++links > MOST_LINKS) {
        throw new IOException("too many symbolic links");
      } else {
        Path target = Files.readSymbolicLink(next);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          names.push(target.getName(i));
        }
        at = target.isAbsolute() ? Path.of("/") : at;
      }
    }
    return at;
  }

  private static Path step(Path at, Path name) {
    return switch (name.toString()) {
      case "", "." -> at;
      case ".." -> at.getParent() == null ? at : at.getParent();
      default -> at.resolve(name);
    };
  }

  private void check(Path file, Path at) throws IOException {
    if (!at.startsWith(top)) {
      return;
    }
    int uid = (Integer) Files.getAttribute(at, "unix:uid");
    int mode = (Integer) Files.getAttribute(at, "unix:mode") & 07777;
    String what =
        Files.isDirectory(at)
            ? "the folder " + at + " of the library " + file
            : "the library " + at;
    if (uid != owner) {
      throw new BadText(
          what + " belongs to user " + uid + ", not to " + user(),
          "run: chown " + (owner == 0 ? "root" : owner) + " " + at);
    }
    if ((mode & OTHERS_WRITE) != 0) {
      throw new BadText(
          what + " can be written by others than " + user() + " (mode 0" + octal(mode) + ")",
          "run: chmod go-w " + at + ", or move the library");
    }
  }

  private String user() {
    return owner == 0 ? "root" : "user " + owner;
  }

  private static String octal(int mode) {
    return Integer.toOctalString(mode);
  }
}
