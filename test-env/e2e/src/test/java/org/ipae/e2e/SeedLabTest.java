// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ipae.lab.Command;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Early after boot: getrandom(2) says, or waits, that the kernel's generator is not seeded until a
 * file is there. A library answers in the place of the kernel, whose generator has been seeded long
 * ago. [KD-3]
 *
 * <pre>
 * gw    no cable
 * </pre>
 */
@Tag("once")
class SeedLabTest {
  private static final String TOLD = "the kernel's random generator is not seeded yet";

  private Lab lab;
  private Host host;
  private Path seed;
  private Path library;

  @BeforeEach
  void boot() throws IOException {
    lab = new Lab();
    host = lab.host("gw");
    seed = lab.directory().resolve("seed");
    library = lab.directory().resolve("boot.so");
    Path source = lab.directory().resolve("boot.c");
    Files.writeString(
        source,
        """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <sys/random.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        ssize_t getrandom(void *out, size_t length, unsigned flags) {
          while (access("%s", F_OK) != 0) {
            if (flags & GRND_NONBLOCK) {
              errno = EAGAIN;
              return -1;
            }
            usleep(10000);
          }
          return syscall(SYS_getrandom, out, length, flags);
        }
        """
            .formatted(seed));
    Command.must("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString());
  }

  @AfterEach
  void end() {
    lab.close();
  }

  private Process start(Path output, String... command) {
    String[] all = new String[command.length + 4];
    all[0] = "env";
    all[1] = "--default-signal=INT";
    all[2] = "LD_PRELOAD=" + library;
    all[3] = Distribution.given().program();
    System.arraycopy(command, 0, all, 4, command.length);
    return host.start(output, all);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void theDaemonWaitsForTheSeedAndCanBeStoppedMeanwhile() throws Exception {
    Gateway g = Gateway.on(lab, host).write();
    Path log = lab.directory().resolve("log");
    for (boolean seeded : new boolean[] {false, true}) {
      Process daemon = start(log, "run", "--config", g.configFile().toString());
      Lab.await(15_000, "told", () -> read(log).contains(" WARNING " + TOLD));
      assertEquals(1, read(log).lines().count(), read(log));
      assertNotEquals(0, host.run("ip", "link", "show", "tun0").exit());
      assertEquals("", host.must("ss", "-Hln", "sport = :1138").strip());
      if (seeded) {
        Files.createFile(seed);
        Lab.await(15_000, "ready", () -> read(log).contains(" ready: "));
      }
      daemon.destroy();
      assertTrue(daemon.waitFor(5, TimeUnit.SECONDS), read(log));
      assertEquals(0, daemon.exitValue(), read(log));
      assertTrue(read(log).endsWith(" INFO stopped\n"), read(log));
    }
  }

  @Test
  void noKeyIsMadeBeforeTheSeed() throws Exception {
    Path file = lab.directory().resolve("ipae.toml");
    Path key = lab.directory().resolve("host.key");
    Path[] outputs = {lab.directory().resolve("key.out"), lab.directory().resolve("init.out")};
    Process[] commands = {
      start(outputs[0], "key", "generate"),
      start(outputs[1], "init", "gw.example", "--config", file.toString())
    };
    for (Path out : outputs) {
      Lab.await(15_000, "told", () -> read(out).startsWith("ipae: " + TOLD));
      assertEquals(1, read(out).lines().count(), read(out));
    }
    assertFalse(Files.exists(key) || Files.exists(file), "nothing is written");
    Files.createFile(seed);
    for (Process p : commands) {
      assertTrue(p.waitFor(15, TimeUnit.SECONDS), "ends");
      assertEquals(0, p.exitValue());
    }
    assertEquals(2, read(outputs[0]).lines().count(), "the key follows");
    assertTrue(Files.exists(key) && Files.exists(file), read(outputs[1]));
  }
}
