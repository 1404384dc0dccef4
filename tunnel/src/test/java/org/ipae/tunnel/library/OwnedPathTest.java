// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.ipae.tunnel.toml.BadText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Below a folder of one's own; what lies above it belongs to others. */
class OwnedPathTest {
  @TempDir Path given;
  private Path top;
  private Path library;
  private int self;

  @BeforeEach
  void make() throws IOException {
    top = given.toRealPath();
    self = (Integer) Files.getAttribute(top, "unix:uid");
    Files.createDirectories(top.resolve("a/b"));
    library = Files.writeString(top.resolve("a/b/lib.so"), "");
    for (String path : new String[] {"", "a", "a/b"}) {
      mode(top.resolve(path), "rwxr-xr-x");
    }
    mode(library, "rw-r--r--");
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Path real(Path file) {
    return new OwnedPath(top, self).real(file);
  }

  private String refused(Path file) {
    String message = assertThrows(BadText.class, () -> real(file)).getMessage();
    return message.replace(top.toString(), "");
  }

  @Test
  void aFileThatOnlyItsOwnerCanExchangeIsTakenWithoutLinksInItsPath() throws Exception {
    assertEquals(library, real(library));
    assertEquals(library, real(top.resolve("a/../a/./b/lib.so")));
    Files.createSymbolicLink(top.resolve("relative.so"), Path.of("a/b/lib.so"));
    Files.createSymbolicLink(top.resolve("a/up"), Path.of(".."));
    Files.createSymbolicLink(top.resolve("absolute.so"), top.resolve("a/up/relative.so"));
    assertEquals(library, real(top.resolve("relative.so")));
    assertEquals(library, real(top.resolve("absolute.so")));
  }

  @Test
  void whatOthersMayWriteIsRefusedWithItsModeAndWhatToDo() throws Exception {
    mode(library, "rw-rw-r--");
    assertEquals(
        "the library /a/b/lib.so can be written by others than "
            + user()
            + " (mode 0664);"
            + " run: chmod go-w /a/b/lib.so, or move the library",
        refused(library));
    mode(library, "rw-r--rw-");
    assertTrue(refused(library).contains("(mode 0646)"));
    mode(library, "rw-r--r--");
    mode(top.resolve("a"), "rwxrwxrwx");
    assertEquals(
        "the folder /a of the library /a/b/lib.so can be written by others than "
            + user()
            + " (mode 0777); run: chmod go-w /a, or move the library",
        refused(library));
  }

  private String user() {
    return self == 0 ? "root" : "user " + self;
  }

  @Test
  void aLinkInAFolderOfOthersIsRefusedAlthoughItsTargetIsSound() throws Exception {
    Path others = Files.createDirectory(top.resolve("others"));
    Files.createSymbolicLink(others.resolve("lib.so"), library);
    assertEquals(library, real(others.resolve("lib.so")));
    Files.setAttribute(others, "unix:mode", 01777);
    assertEquals(
        "the folder /others of the library /others/lib.so can be written by others than "
            + user()
            + " (mode 01777); run: chmod go-w /others, or move the library",
        refused(others.resolve("lib.so")));
  }

  @Test
  void whatBelongsToSomebodyElseIsRefused() {
    int other = self + 1;
    String message =
        assertThrows(BadText.class, () -> new OwnedPath(library, other).real(library)).getMessage();
    assertEquals(
        "the library %s belongs to user %d, not to user %d; run: chown %d %s"
            .formatted(library, self, other, other, library),
        message);
  }

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    assertEquals("the library /a is not a file; correct the path", refused(top.resolve("a")));
    assertEquals(
        "the library /a/c cannot be read (no such file or directory);"
            + " correct the path, or write crypto = \"auto\"",
        refused(top.resolve("a/c")));
    Files.createSymbolicLink(top.resolve("circle"), Path.of("circle"));
    assertEquals(
        "the library /circle cannot be read (too many symbolic links);"
            + " correct the path, or write crypto = \"auto\"",
        refused(top.resolve("circle")));
  }
}
