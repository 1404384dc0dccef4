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
  @Test
  void anotherNumberOfLanesWaitsForARestart(@TempDir Path directory) throws Exception {
    ConfigFiles files = new ConfigFiles(directory);
    files.write("lanes = 2\n");
    Config before = ConfigReader.read(directory.resolve("ipae.toml"));
    files.write("lanes = 3\n");
    Config after = ConfigReader.read(directory.resolve("ipae.toml"));
    assertEquals(
        List.of("! lanes 2 -> 3 (takes effect after a restart)"), ConfigDiff.of(before, after));
    assertEquals(List.of(), ConfigDiff.of(after, after));
  }

  @Test
  void anotherLibraryWaitsForARestart(@TempDir Path directory) throws Exception {
    ConfigFiles files = new ConfigFiles(directory);
    files.write("[offload]\ncrypto = true\n");
    Config before = ConfigReader.read(directory.resolve("ipae.toml"));
    files.write("[offload]\ncrypto = \"jdk\"\n");
    Config after = ConfigReader.read(directory.resolve("ipae.toml"));
    assertEquals(
        List.of("! offload.crypto auto -> jdk (takes effect after a restart)"),
        ConfigDiff.of(before, after));
  }
}
