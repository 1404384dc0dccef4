package org.ipae.tunnel.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Help for what {@code bin/ipae} does by itself: it has to start Java in other ways. */
@Command(
    name = "prepare",
    description = {
      "Once, as root, where ipae is installed: start everything once in a network of its own and",
      "keep what Java learns of it, so that the daemon starts in half the time and is fast at once.",
      "Again after a new Java or a new ipae; without it everything works as well."
    })
final class Prepare implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    err.println("prepare takes no options, and is done by bin/ipae: run \"ipae prepare\"");
    return Exit.USAGE;
  }
}
