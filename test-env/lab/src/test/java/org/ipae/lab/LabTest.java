// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LabTest {
  @Test
  void whatIsAwaitedMayTakeAFewLooks() {
    AtomicInteger looks = new AtomicInteger();
    Lab.await(5_000, "the third look", () -> looks.incrementAndGet() == 3);
    assertEquals(3, looks.get());
  }

  @Test
  void whatDoesNotHappenIsNamed() {
    LabFailure f = assertThrows(LabFailure.class, () -> Lab.await(1, "rain", () -> false));
    assertTrue(f.getMessage().startsWith("rain did not happen"), f.getMessage());
  }

  @Test
  void closingRemovesTheFolderAndAllInIt() throws Exception {
    Path directory;
    try (Lab lab = new Lab()) {
      directory = lab.directory();
      Files.createDirectory(directory.resolve("a"));
      Files.writeString(directory.resolve("a/b"), "c");
    }
    assertFalse(Files.exists(directory));
  }
}
