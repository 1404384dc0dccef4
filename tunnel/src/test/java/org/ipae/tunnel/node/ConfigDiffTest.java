// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.config.ConfigReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigDiffTest {
  private static Config config(Path directory, String text) throws Exception {
    new ConfigFiles(directory).write(text);
    return ConfigReader.read(directory.resolve("ipae.toml"));
  }

  @Test
  void anotherNumberOfLanesWaitsForARestart(@TempDir Path directory) throws Exception {
    Config before = config(directory, "lanes = 2\n");
    Config after = config(directory, "lanes = 3\n");
    assertEquals(
        List.of("! lanes 2 -> 3 (takes effect after a restart)"),
        ConfigDiff.of(before, before.key(), after));
    assertEquals(List.of(), ConfigDiff.of(after, after.key(), after));
  }

  @Test
  void anotherLibraryWaitsForARestart(@TempDir Path directory) throws Exception {
    Config before = config(directory, "[offload]\ncrypto = true\n");
    Config after = config(directory, "[offload]\ncrypto = \"jdk\"\n");
    assertEquals(
        List.of("! offload.crypto auto -> jdk (takes effect after a restart)"),
        ConfigDiff.of(before, before.key(), after));
  }

  @Test
  void whatTheDaemonTakesAtOnceIsToldSo(@TempDir Path directory) throws Exception {
    Config before = config(directory, "");
    Config after =
        config(
            directory,
            "fwmark = 7\nlisten = [\"192.0.2.1:1999\"]\nports = \"28000-28999\"\n"
                + "[tun]\nmtu = 1300\n");
    List<String> lines = ConfigDiff.of(before, before.key(), after);
    assertEquals(4, lines.size(), lines::toString);
    assertEquals("~ listen", lines.get(0).substring(0, 8));
    assertEquals("! ports", lines.get(1).substring(0, 7));
    assertEquals("~ fwmark 0 -> 7", lines.get(2));
    assertEquals("~ tun.mtu", lines.get(3).substring(0, 9));
  }

  /** What waits for a restart is still told by the next reload. */
  @Test
  void whatWaitsIsToldAgain(@TempDir Path directory) throws Exception {
    Config before = config(directory, "lanes = 2\n");
    Config after = config(directory, "lanes = 3\nfwmark = 7\n");
    Config running = after.asRunning(before);
    assertEquals(
        List.of("! lanes 2 -> 3 (takes effect after a restart)"),
        ConfigDiff.of(running, running.key(), after));
  }
}
