// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.ipae.bench.measure.Measure;
import org.ipae.bench.report.Run;

/** This machine. */
final class Machine {
  private Machine() {}

  /** Processes that run or want to, over the last minute. */
  static double load() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }

  /** A run that ends now. */
  static Run run(int rounds, double loadBefore, SortedMap<String, Measure> measures)
      throws IOException {
    return new Run(
        System.currentTimeMillis() / 1_000,
        rounds,
        Runtime.getRuntime().availableProcessors(),
        model(Files.readString(Path.of("/proc/cpuinfo"))),
        System.getProperty("os.version").replaceFirst("-.*", ""),
        loadBefore,
        load(),
        measures);
  }

  private static String model(String cpuinfo) {
    return cpuinfo
        .lines()
        .filter(l -> l.startsWith("model name"))
        .map(l -> l.substring(l.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
