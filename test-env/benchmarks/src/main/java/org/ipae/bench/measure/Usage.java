// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What a process has used so far, as /proc tells. */
public final class Usage {
  /** Of the kernel's clock that CPU time is counted in: the same on all its architectures. */
  private static final double TICKS_A_SECOND = 100;

  private Usage() {}

  /** CPU time in seconds. */
  public static double cpuSeconds(long pid) {
    return seconds(text(Path.of("/proc", "" + pid, "stat")));
  }

  /**
   * CPU time in seconds by the name of the thread; the lanes of a direction, ipae-out-0, ipae-out-1
   * ..., are one.
   */
  public static Map<String, Double> threadSeconds(long pid) {
    Map<String, Double> used = new HashMap<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", "" + pid, "task"))) {
      for (Path thread : threads) {
        String stat = ifThere(thread.resolve("stat"));
        if (!stat.isEmpty()) {
          used.merge(name(stat), seconds(stat), Double::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return used;
  }

  /** A thread may have ended meanwhile. */
  private static String ifThere(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** A field of /proc/PID/status, VmRSS or VmHWM, in 10^6 bytes. */
  public static double megabytes(long pid, String field) {
    return megabytes(text(Path.of("/proc", "" + pid, "status")), field);
  }

  static double megabytes(String status, String field) {
    String line = status.lines().filter(l -> l.startsWith(field + ":")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024 / 1e6;
  }

  static String name(String stat) {
    return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')).replaceFirst("-\\d+$", "");
  }

  /** User and system time: fields 14 and 15, counted from the number, the name being field 2. */
  static double seconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
