// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.ipae.tunnel.library.Encryption;
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

  private String encryption() {
    Encryption e = ChosenLibrary.of(ipae.config()).library().encryption();
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
