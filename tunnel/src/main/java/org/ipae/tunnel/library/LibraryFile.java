// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A library on disk.
 *
 * @param identity device, inode, size and time of the last change, which no program can choose: as
 *     long as they are the same the content is, and its checksum, 130 ms for 10 MB in a JVM that
 *     has just started, need not be computed
 */
record LibraryFile(Path path, String identity) {
  private static final int CHUNK = 1 << 16;

  static LibraryFile of(Path path) throws IOException {
    Map<String, Object> a = Files.readAttributes(path, "unix:dev,ino,size,ctime");
    FileTime changed = (FileTime) a.get("ctime");
    return new LibraryFile(
        path, a.get("dev") + "-" + a.get("ino") + "-" + a.get("size") + "-" + changed);
  }

  /** In hexadecimal digits. */
  String sha256() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
