// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "reload",
    description =
        "Apply the configuration to the running daemon; unchanged peers are not disturbed.")
final class Reload implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Option(names = "--dry-run", description = "Only print what would change.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    List<String> changes = ipae.client().reload(dryRun);
    changes.forEach(ipae.out()::println);
    if (changes.isEmpty()) {
      ipae.out().println("nothing has changed");
    }
    return Exit.OK;
  }
}
