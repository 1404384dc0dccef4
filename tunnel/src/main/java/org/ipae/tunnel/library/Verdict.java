// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a library did in its self-test, and what that is true for: this file on this processor.
 *
 * @param sha256 of the library; empty if it cannot be read
 * @param version what it calls itself; empty if it has not got as far
 * @param failure null if it passed
 */
record Verdict(
    String identity, String sha256, String processor, String version, @Nullable String failure) {
  private static final String FILE = "library-test";

  /** What was kept there; null if nothing was, or it cannot be read. */
  static @Nullable Verdict load(Path stateDirectory) {
    Map<String, String> fields = new HashMap<>();
    try {
      for (String line : Files.readAllLines(stateDirectory.resolve(FILE))) {
        int blank = line.indexOf(' ');
        fields.put(line.substring(0, Math.max(blank, 0)), line.substring(blank + 1));
      }
    } catch (IOException e) {
      return null;
    }
    String result = fields.getOrDefault("result", "");
    String identity = fields.get("file");
    String sha256 = fields.get("sha256");
    String processor = fields.get("processor");
    String version = fields.get("version");
    if (identity == null || sha256 == null || processor == null || version == null) {
      return null;
    }
    return switch (result) {
      case "" -> null;
      case "passed" -> new Verdict(identity, sha256, processor, version, null);
      default -> new Verdict(identity, sha256, processor, version, result);
    };
  }

  /** Replaces the file. */
  void save(Path stateDirectory) throws IOException {
    Path file = stateDirectory.resolve(FILE);
    Path next = stateDirectory.resolve(FILE + ".new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(
        next,
        List.of(
            "file " + identity,
            "sha256 " + sha256,
            "processor " + processor,
            "version " + version,
            "result " + (failure == null ? "passed" : failure)),
        StandardOpenOption.WRITE);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The same for a file that lies elsewhere or has been written again. */
  Verdict of(LibraryFile file) {
    return new Verdict(file.identity(), sha256, processor, version, failure);
  }
}
