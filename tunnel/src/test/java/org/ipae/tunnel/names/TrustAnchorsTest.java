// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustAnchorsTest {
  private static final String ONE = ". IN DS 1 13 2 " + "AB".repeat(32) + "\n";
  private static final String OTHER = ". IN DS 2 13 2 " + "CD".repeat(32) + "\n";

  @TempDir Path directory;

  private void write(Path file, String text, long seconds) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(seconds * 1_000));
  }

  @Test
  void aFileThatChangesIsReadAgainAndOneThatIsDamagedIsNot() throws Exception {
    Path file = directory.resolve("root.key");
    write(file, ONE, 1);
    Supplier<String> anchors = TrustAnchors.of(file);
    assertEquals(ONE, anchors.get());
    write(file, OTHER, 2);
    assertEquals(OTHER, anchors.get());
    write(file, "no zone file (", 3);
    assertEquals(OTHER, anchors.get());
    Files.delete(file);
    assertEquals(OTHER, anchors.get());
    write(file, ONE, 4);
    assertEquals(ONE, anchors.get());
  }

  @Test
  void bothKeysOfTheRootAreShipped() throws Exception {
    String shipped = TrustAnchors.of(null).get();
    assertTrue(shipped.contains("DS 20326 8 2") && shipped.contains("DS 38696 8 2"), shipped);
  }

  @Test
  void aFileWithoutAnchorsIsRefused() throws Exception {
    Path file = directory.resolve("root.key");
    write(file, "a. 1 IN A 192.0.2.1\n", 1);
    IOException e = assertThrows(IOException.class, () -> TrustAnchors.of(file));
    assertTrue(String.valueOf(e.getMessage()).contains("has no DS or DNSKEY record"), e.toString());
  }
}
