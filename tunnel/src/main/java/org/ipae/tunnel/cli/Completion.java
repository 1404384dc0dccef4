// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Print the completion of commands and options for a shell.")
final class Completion implements Callable<Integer> {
  enum Shell {
    bash,
    zsh
  }

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    if (shell == Shell.zsh) {
      root.getOut().println("#compdef ipae");
    }
    root.getOut().println(AutoComplete.bash("ipae", root));
    return Exit.OK;
  }
}
