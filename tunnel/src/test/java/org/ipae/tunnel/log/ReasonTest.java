// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReasonTest {
  @Test
  void noExceptionShowsTheNameOfAClass() {
    for (Throwable t :
        List.of(
            new IOException(),
            new IOException("read tun0: EBADFD"),
            new NoSuchFileException("/x"),
            new AccessDeniedException("/x"),
            new FileAlreadyExistsException("/x"),
            new NotDirectoryException("/x"),
            new FileSystemException("/x", null, "Read-only file system"),
            new FileSystemException("/x"),
            new ClosedChannelException(),
            new UnknownHostException("hub.example"),
            new UncheckedIOException("TUN", new IOException()),
            new OutOfMemoryError("unable to create native thread: possibly out of memory"),
            new OutOfMemoryError(),
            new StackOverflowError(),
            new IllegalStateException("odd"),
            new NoClassDefFoundError(),
            new AssertionError())) {
      String text = Reason.of(t);
      assertFalse(text.isBlank() || text.contains("null"), text);
      assertFalse(text.contains("java.") || text.contains("Exception"), text);
    }
  }

  @Test
  void aHostThatGivesNoMoreThreadsIsToldAsSuch() {
    String text = Reason.of(new OutOfMemoryError("unable to create native thread: possibly"));
    assertTrue(text.contains("no more threads") && text.contains("ulimit -u"), text);
  }

  @Test
  void aDefectNamesItsPlace() {
    String text = Reason.of(new IllegalStateException("odd"));
    assertTrue(text.matches("defect in ipae at ReasonTest.java:\\d+ \\(odd\\); .*"), text);
  }

  @Test
  void theCauseBehindAThreadsFailureIsSaid() {
    Throwable t = new UncheckedIOException("the TUN device has failed", new IOException("gone"));
    assertEquals("the TUN device has failed: gone", Reason.of(t));
  }
}
