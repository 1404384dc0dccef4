// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * Gives what root has made to whoever owns the folder: the daemon of a package runs as a user of
 * its own, and reads what {@code ipae init} has left for it alone.
 */
public final class FolderOwner {
  private FolderOwner() {}

  /** A file that was just made. Nobody but root can give files away; then it stays as it is. */
  public static void take(Path file) throws IOException {
    UserPrincipal wanted = Files.getOwner(file.toAbsolutePath().resolveSibling("."));
    if (!wanted.equals(Files.getOwner(file))) {
      try {
        Files.setOwner(file, wanted);
      } catch (FileSystemException e) {
        // not root
      }
    }
  }
}
