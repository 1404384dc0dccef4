// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable opened(String name) {
    return () -> closed.add(name);
  }

  @Test
  void whatWasOpenedLastIsClosedFirst() {
    try (Closing closing = new Closing()) {
      closing.add(opened("first"));
      closing.add(opened("second"));
    }
    assertEquals(List.of("second", "first"), closed);
  }

  @Test
  void whatOneOfThemThrowsDoesNotKeepTheOthersOpen() {
    try (Closing closing = new Closing()) {
      closing.add(opened("first"));
      closing.add(() -> {
        throw new IOException("broken");
      });
      closing.add(() -> {
        throw new OutOfMemoryError("no thread");
      });
      closing.add(opened("last"));
    }
    assertEquals(List.of("last", "first"), closed);
  }
}
