// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ipae.lab.Command;

/** Programs that are not part of the distribution: compiled, or fetched. */
public final class Programs {
  private static final Pattern MIRROR =
      Pattern.compile(
          "^(?:URIs:|deb(?: \\[[^\\]]*\\])?) +(https?://\\S+/debian/?)(?: .*)?$",
          Pattern.MULTILINE);

  private Programs() {}

  /** Compiles a C program of one file. */
  public static Path compile(Path source, Path program) {
    Command.must(
        "gcc", "-O2", "-Wall", "-Wextra", "-o", program.toString(), source.toString(), "-lpthread");
    return program;
  }

  /**
   * Finds wireguard-go: the program that the environment names in WIREGUARD_GO, else what an
   * earlier run left in the folder, else the newest of Debian's unstable suite, from the mirror
   * that apt knows, unpacked into the folder and not installed.
   */
  public static Optional<Path> wireguardGo(Path folder) {
    String given = System.getenv("WIREGUARD_GO");
    if (given != null && !given.isEmpty()) {
      if (!Files.isExecutable(Path.of(given))) {
        throw new IllegalArgumentException("WIREGUARD_GO=" + given + " is no program");
      }
      return Optional.of(Path.of(given));
    }
    Path program = folder.resolve("usr/bin/wireguard-go");
    if (!Files.isExecutable(program)) {
      mirror(sources()).ifPresent(m -> fetch(m, folder));
    }
    return Files.isExecutable(program) ? Optional.of(program) : Optional.empty();
  }

  /** The first mirror of Debian in lists of sources of either form. */
  static Optional<String> mirror(String sources) {
    return MIRROR.matcher(sources).results().map((MatchResult r) -> r.group(1)).findFirst();
  }

  private static String sources() {
    Path apt = Path.of("/etc/apt");
    StringBuilder all = new StringBuilder();
    if (!Files.isDirectory(apt)) {
      return "";
    }
    try (Stream<Path> files = Files.walk(apt, 2)) {
      List<Path> lists =
          files
              .filter(f -> f.toString().matches(".*/sources\\.list(\\.d/[^/]+)?"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      for (Path list : lists) {
        all.append(Files.readString(list)).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }

  /** Leaves nothing but the package's files; nothing at all without a network. */
  private static void fetch(String mirror, Path folder) {
    Command.run(
        List.of(
            "sh",
            "-c",
            """
            mkdir -p "$1/lists/partial" "$1/archives/partial" && cd "$1" || exit
            echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $2 sid main" >sources.list
            apt() {
              apt-get -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null \\
                -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD" -o APT::Sandbox::User=root "$@"
            }
            apt update && apt download wireguard-go && dpkg -x wireguard-go_*.deb .
            rm -rf lists archives ./*.deb ./*.bin sources.list
            """,
            "sh",
            folder.toString(),
            mirror));
  }
}
