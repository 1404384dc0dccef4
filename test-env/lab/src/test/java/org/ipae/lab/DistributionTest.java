// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  @TempDir Path home;

  private Distribution with(String script) throws Exception {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("bin/ipae"), script);
    return new Distribution(home);
  }

  @Test
  void theFlagsOfTheDaemonAreReadFromItsStartScript() throws Exception {
    List<String> flags =
        with(Files.readString(Path.of("../../tunnel/src/dist/bin/ipae"))).daemonFlags();
    assertTrue(flags.contains("-XX:+UseSerialGC") && flags.contains("-Xmn2m"), flags::toString);
    assertTrue(flags.stream().anyMatch(f -> f.endsWith("OfByte::dup")), flags::toString);
    assertEquals(
        List.of("-Xmx112m"),
        flags.stream().filter(f -> f.startsWith("-Xmx")).toList(),
        flags::toString);
  }

  @Test
  void aScriptWithoutThemIsAnError() throws Exception {
    Distribution other = with("#!/bin/sh\nexec java -Xmx1g\n");
    assertThrows(LabFailure.class, other::daemonFlags);
  }
}
