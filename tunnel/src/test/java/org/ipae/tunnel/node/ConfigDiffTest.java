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
}
