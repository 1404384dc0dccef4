// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class UnixDatagramsTest {
  @TempDir private Path directory;

  /** What socat receives. */
  private String received(String listen, String to) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Process socat =
        new ProcessBuilder("socat", "-u", listen, "OPEN:" + out + ",creat").inheritIO().start();
    try {
      while (true) {
        try {
          UnixDatagrams.send(to, "READY=1\nSTATUS=3 peers");
          break;
        } catch (OsException e) {
          Thread.sleep(20); // it does not listen yet
        }
      }
      while (!Files.exists(out) || Files.size(out) == 0) {
        Thread.sleep(20);
      }
      return Files.readString(out);
    } finally {
      socat.destroy();
      socat.waitFor(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void arriveAtAPathAndAtAnAbstractName() throws Exception {
    String path = directory.resolve("notify").toString();
    assertEquals("READY=1\nSTATUS=3 peers", received("UNIX-RECV:" + path, path));
    Files.delete(directory.resolve("out"));
    String name = "ipae-test-" + ProcessHandle.current().pid();
    assertEquals("READY=1\nSTATUS=3 peers", received("ABSTRACT-RECV:" + name, "@" + name));
  }

  @Test
  void nobodyThereIsAnErrorWithItsName() {
    String nobody = directory.resolve("nobody").toString();
    OsException e = assertThrows(OsException.class, () -> UnixDatagrams.send(nobody, "READY=1"));
    assertEquals("ENOENT", e.errnoName());
    assertThrows(OsException.class, () -> UnixDatagrams.send("/" + "x".repeat(120), ""));
  }
}
