// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What passes an interface, kept by tcpdump. */
public final class Capture {
  private final Host host;
  private final Path file;
  private final Process process;

  private Capture(Host host, Path file, Process process) {
    this.host = host;
    this.file = file;
    this.process = process;
  }

  /** Listens when it returns; {@code more} are further arguments of tcpdump. */
  public static Capture on(Host host, String link, Path file, String... more) {
    List<String> command =
        new ArrayList<>(List.of("tcpdump", "-n", "-U", "-B", "65536", "-i", link));
    command.addAll(List.of("-w", file.toString()));
    command.addAll(List.of(more));
    Process p = host.start(file.resolveSibling("tcpdump.out"), command.toArray(String[]::new));
    Lab.await(5_000, "tcpdump listens", () -> size(file) > 0);
    return new Capture(host, file, p);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Bytes kept so far. */
  public long size() {
    return size(file);
  }

  /** The file with the packets. */
  public Path file() {
    return file;
  }

  /** What tcpdump tells about the packets so far; {@code arguments} are its options and filter. */
  public String text(String... arguments) {
    List<String> command = new ArrayList<>(List.of("tcpdump", "-n", "-r", file.toString()));
    command.addAll(List.of(arguments));
    return host.run(command.toArray(String[]::new)).out(); // the last packet may be half there
  }

  /** Keeps nothing any more. */
  public Capture end() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        throw new LabFailure("tcpdump does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted", e);
    }
    return this;
  }
}
