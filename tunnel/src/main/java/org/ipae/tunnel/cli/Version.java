// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.ipae.tunnel.library.Encryption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

  @Option(names = "--json", description = "Print JSON for programs, with \"schema\": 1.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(Objects.requireNonNull(in, "version.properties"));
    }
    if (json) {
      print(build);
      return Exit.OK;
    }
    ipae.out().println("ipae " + release() + " (" + origin(build) + "), Java " + Runtime.version());
    ipae.out().println("encryption: " + encryption());
    return Exit.OK;
  }

  private void print(Properties build) {
    Encryption e = inUse();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("schema", 1).put("ipae", release()).put("commit", build.getProperty("commit", ""));
    out.put("modified", build.getProperty("modified", "").equals("true"));
    out.put("java", Runtime.version().toString());
    out.put("encryption", e.toString()).put("by_library", e.byLibrary());
    if (e.byLibrary()) {
      out.put("library_sha256", e.sha256());
    }
    ipae.out().println(out.toPrettyString());
  }

  private Encryption inUse() {
    return ChosenLibrary.of(ipae.config()).library().encryption();
  }

  private String encryption() {
    Encryption e = inUse();
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
