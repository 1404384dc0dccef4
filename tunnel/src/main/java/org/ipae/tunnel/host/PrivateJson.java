// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.ipae.tun.FolderOwner;

/** A JSON file for its owner alone, replaced as a whole. */
public final class PrivateJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PrivateJson() {}

  /** The fields of the only object. Not a tree: with thousands of peers it would fill the heap. */
  public interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  /** As {@link #replace}, and has it on the disk when it returns. */
  public static void keep(Path file, Fields fields) throws IOException {
    replace(file, fields, true);
    sync(file);
  }

  /** Has a file that was renamed on the disk, under its new name, when it returns. */
  public static void sync(Path file) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    try (FileChannel d = FileChannel.open(directory, StandardOpenOption.READ)) {
      d.force(true);
    }
  }

  /** Replaces the file, mode 0600, in a directory that exists; fails with the reason. */
  public static void replace(Path file, Fields fields) throws IOException {
    replace(file, fields, false);
  }

  private static void replace(Path file, Fields fields, boolean durable) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    FolderOwner.take(next);
    try (OutputStream out = Files.newOutputStream(next, StandardOpenOption.WRITE);
        JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    if (durable) {
      try (FileChannel c = FileChannel.open(next, StandardOpenOption.WRITE)) {
        c.force(true);
      }
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
