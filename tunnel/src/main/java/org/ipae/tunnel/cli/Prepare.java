// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Only the help: {@code bin/ipae} does the work, since it must start Java with other flags. */
@Command(
    name = "prepare",
    description = {
      "Cache what the JVM learns during a first start, so that later starts take half the time.",
      "Run it once, as root, after installation, and again after updating Java or ipae. Optional.",
      "The first start happens in a network namespace of its own and disturbs nothing."
    })
final class Prepare implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    err.println("ipae: prepare takes no options; run \"ipae prepare\"");
    return Exit.USAGE;
  }
}
