// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is installed on a gateway: {@code tunnel/target/ipae}, or a copy of it.
 *
 * @param home its folder
 */
public record Distribution(Path home) {
  private static final Pattern FLAG = Pattern.compile("-X[^ '\"]+");
  private static final Pattern HEAP = Pattern.compile("IPAE_HEAP:-([0-9]+)m}");
  private static final Pattern YOUNG = Pattern.compile("(?m)^ *young=(\\d+)$");

  /** The one that the system property ipae.home names. */
  public static Distribution given() {
    return new Distribution(
        Path.of(System.getProperty("ipae.home", "tunnel/target/ipae")).toAbsolutePath());
  }

  /** A copy in that folder, which must not exist: a build that goes on meanwhile does no harm. */
  public Distribution copy(Path folder) {
    Command.must("cp", "-r", home.toString(), folder.toString());
    return new Distribution(folder);
  }

  /** Keeps what Java learns in a first start. */
  public Distribution prepare() {
    Command.must(program(), "prepare");
    return this;
  }

  /** The command {@code ipae}. */
  public String program() {
    return home.resolve("bin/ipae").toString();
  }

  /** AWS-LC for this machine; the file need not exist. */
  public Path library() {
    String machine = System.getProperty("os.arch").equals("amd64") ? "x86-64" : "aarch64";
    return home.resolve("lib/native/linux-" + machine + "/libcrypto.so");
  }

  /**
   * Flags that the start script gives to the JVM of a daemon unless IPAE_HEAP is set, read from it
   * so that they cannot come apart.
   *
   * @throws LabFailure if the script does not have them where they are looked for
   */
  public List<String> daemonFlags() {
    String script;
    try {
      script = Files.readString(Path.of(program()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> flags = new ArrayList<>();
    boolean daemon = false;
    for (String line : script.lines().toList()) {
      if (line.startsWith("if [ \"$daemon\" = yes ]")) {
        daemon = flags.isEmpty();
      } else if (line.startsWith("else")) {
        daemon = false;
      } else if (daemon) {
        FLAG.matcher(
                line.replace("${megabytes}", value(HEAP, script))
                    .replace("${young}", value(YOUNG, script)))
            .results()
            .map(MatchResult::group)
            .forEach(flags::add);
      }
    }
    if (flags.size() <= 4) {
      throw new LabFailure("no JVM flags of the daemon found in " + program());
    }
    return List.copyOf(flags);
  }

  private String value(Pattern which, String script) {
    Matcher m = which.matcher(script);
    if (!m.find()) {
      throw new LabFailure("no heap of the daemon found in " + program());
    }
    return m.group(1);
  }
}
