// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.ipae.tunnel.io.Pulses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SupervisorTest {
  @TempDir private Path directory;
  private Process systemd;
  private final AtomicReference<String> status = new AtomicReference<>("1 peer, 0 up");
  private final Pulses pulses = new Pulses();

  @BeforeEach
  void listen() throws Exception {
    Path socket = directory.resolve("notify");
    systemd =
        new ProcessBuilder(
                "socat", "-u", "UNIX-RECV:" + socket, "OPEN:" + directory.resolve("out") + ",creat")
            .start();
    await(() -> Files.exists(socket));
  }

  @AfterEach
  void end() throws InterruptedException {
    pulses.stop();
    systemd.destroy();
    systemd.waitFor(5, TimeUnit.SECONDS);
  }

  private static void await(BooleanSupplier what) throws InterruptedException {
    while (!what.getAsBoolean()) {
      Thread.sleep(10);
    }
  }

  private String told() {
    try {
      Path out = directory.resolve("out");
      return Files.exists(out) ? Files.readString(out) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private Supervisor supervisor(String micros) {
    Supervisor s =
        new Supervisor(
            Map.of(
                "NOTIFY_SOCKET",
                directory.resolve("notify").toString(),
                "WATCHDOG_USEC",
                micros,
                "WATCHDOG_PID",
                "7"),
            7,
            status::get);
    s.watch("ipae-in", pulses.turning());
    return s;
  }

  @Test
  void saysThatItIsReadyHowItIsAndThatItLives() throws Exception {
    Supervisor s = supervisor("200000");
    s.ready();
    await(() -> told().startsWith("READY=1\nSTATUS=1 peer, 0 up"));
    status.set("1 peer, 1 up");
    await(() -> told().contains("STATUS=1 peer, 1 up"));
    await(() -> told().split("WATCHDOG=1", -1).length > 5);
    s.stop();
    await(() -> told().endsWith("STOPPING=1\nSTATUS=stopping"));
  }

  @Test
  void aLoopThatDoesNotTurnIsNoSignOfLife() throws Exception {
    Supervisor s = supervisor("200000");
    s.watch("ipae-out", pulses.stuck());
    s.ready();
    await(() -> told().startsWith("READY=1"));
    Thread.sleep(500);
    assertFalse(told().contains("WATCHDOG"), told());
    s.stop();
  }

  @Test
  void nothingIsSaidWithoutSystemd() {
    Supervisor s = new Supervisor(Map.of(), 7, status::get);
    s.ready();
    s.stop();
    assertTrue(told().isEmpty());
    assertEquals("1 peer, 0 up", status.get());
  }
}
