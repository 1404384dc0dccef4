// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * The help, and the last step: {@code bin/ipae} does the rest, since it must start Java with other
 * flags.
 */
@Command(
    name = "prepare",
    description = {
      "Cache what the JVM learns during a first start, so that later starts take half the time.",
      "Run it once, as root, after installation, and again after updating Java or ipae. Optional.",
      "Also tries the library that encrypts packets, so that the first start need not.",
      "The first start happens in a network namespace of its own and disturbs nothing."
    })
final class Prepare implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() throws IOException {
    String training = System.getenv("IPAE_TRAINING");
    if (training != null) {
      Training.write(ipae, Path.of(training));
      return Exit.OK;
    }
    if (System.getenv("IPAE_PREPARED") != null) {
      ChosenLibrary chosen = ChosenLibrary.of(ipae.config());
      // The daemon makes that directory: only it knows who owns it.
      if (Files.isDirectory(chosen.stateDirectory())) {
        chosen.library().keep(chosen.stateDirectory());
      }
      ipae.out().println("encryption: " + chosen.library().encryption());
      return Exit.OK;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println("ipae: prepare takes no options; run \"ipae prepare\"");
    return Exit.USAGE;
  }
}
