// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.ipae.tunnel.log.Reason;

/** Where the daemon keeps what it knows across restarts: for its owner alone. */
final class StateDirectory implements AutoCloseable {
  private final Path path;
  private final boolean made;

  private StateDirectory(Path path, boolean made) {
    this.path = path;
    this.made = made;
  }

  /** Creates the directory if it is missing. */
  static StateDirectory open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return new StateDirectory(path, false);
    }
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new IOException(
          "state directory "
              + path
              + " cannot be created ("
              + Reason.of(e)
              + "); create it, or choose another with \"state_dir\"",
          e);
    }
    return new StateDirectory(path, true);
  }

  /** Removes the directory if {@link #open} made it and it is still empty. */
  @Override
  public void close() throws IOException {
    if (made) {
      try {
        Files.deleteIfExists(path);
      } catch (DirectoryNotEmptyException _) {
        // It is in use: it stays for the next start.
      }
    }
  }
}
