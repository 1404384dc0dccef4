// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.library.Encryption;
import org.ipae.tunnel.library.LibraryWish;
import org.ipae.tunnel.library.PacketLibrary;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "version",
    description =
        "Print the versions of ipae, Java and the library that encrypts packets, and the commit"
            + " ipae was built from.")
final class Version implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(Objects.requireNonNull(in, "version.properties"));
    }
    ipae.out().println("ipae " + release() + " (" + origin(build) + "), Java " + Runtime.version());
    ipae.out().println("encryption: " + encryption());
    return Exit.OK;
  }

  /** What would encrypt packets; with the default settings where they cannot be read. */
  private String encryption() {
    LibraryWish wish = LibraryWish.AUTO;
    Path stateDirectory = Config.DEFAULT_STATE_DIRECTORY;
    try {
      Config config = ConfigReader.read(ipae.config());
      wish = config.library();
      stateDirectory = config.stateDir();
    } catch (ConfigErrors _) {
      // Also without the right to read the key, or before "ipae init".
    }
    Encryption e = PacketLibrary.choose(wish, stateDirectory).encryption();
    return e.byLibrary() ? e + ", SHA-256 " + e.sha256() : e.toString();
  }

  private static String release() {
    return Optional.ofNullable(Version.class.getModule().getDescriptor())
        .flatMap(d -> d.rawVersion())
        .orElse("(development)");
  }

  /** The commit, with a mark if the tree differed from it. */
  static String origin(Properties build) {
    String commit = build.getProperty("commit", "");
    if (commit.isEmpty()) {
      return "built outside git";
    }
    return commit + (build.getProperty("modified", "").equals("true") ? ", modified" : "");
  }
}
