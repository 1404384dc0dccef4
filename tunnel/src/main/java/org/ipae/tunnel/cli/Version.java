package org.ipae.tunnel.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "version", description = "Print the version.")
final class Version implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() {
    String version =
        Optional.ofNullable(Version.class.getModule().getDescriptor())
            .flatMap(d -> d.rawVersion())
            .orElse("(development)");
    ipae.out().println("ipae " + version + " (Java " + Runtime.version() + ")");
    return Exit.OK;
  }
}
