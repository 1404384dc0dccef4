// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code ipae}; without a subcommand it is {@code show}. */
@Command(
    name = "ipae",
    description = "An encrypted tunnel between hosts and gateways.",
    footer = {
      "",
      "Without a command: show.",
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 not running, 4 not ready."
    },
    synopsisSubcommandLabel = "[COMMAND]",
    subcommands = {
      Run.class,
      Show.class,
      Check.class,
      Explain.class,
      Init.class,
      Add.class,
      Remove.class,
      Import.class,
      Reload.class,
      HoldCommand.class,
      Release.class,
      Ping.class,
      Wait.class,
      Key.class,
      DnsCommand.class,
      Pins.class,
      Prepare.class,
      Completion.class,
      Version.class
    })
final class Ipae implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Configuration file; it also names the socket of the daemon. Default: /etc/ipae/ipae.toml",
      scope = ScopeType.INHERIT)
  private Path config = Config.DEFAULT_FILE;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print help for the command.",
      scope = ScopeType.INHERIT)
  @SuppressWarnings("UnusedVariable")
  private boolean help;

  private final Holder holder;

  private Ipae(Holder holder) {
    this.holder = holder;
  }

  /** The whole command line, with this program's exit codes and one-line messages. */
  static CommandLine commandLine() {
    return commandLine(new HostHolder());
  }

  /**
   * The same.
   *
   * @param holder what holds networks shut on this host
   */
  static CommandLine commandLine(Holder holder) {
    CommandLine out = new CommandLine(new Ipae(holder));
    out.setUsageHelpAutoWidth(true);
    out.setParameterExceptionHandler(Failures::usage);
    out.setExecutionExceptionHandler(Failures::execution);
    return out;
  }

  @Override
  public Integer call() throws IOException, ConfigErrors {
    new ShowText(Colours.ofTerminal()).print(client().status(), out());
    return Exit.OK;
  }

  Path config() {
    return config;
  }

  Holder holder() {
    return holder;
  }

  static Ipae of(ParseResult parsed) {
    return (Ipae) parsed.commandSpec().root().userObject();
  }

  /** The option with which a recommended command finds the same configuration. */
  String configOption() {
    return config.equals(Config.DEFAULT_FILE) ? "" : " --config " + config.toAbsolutePath();
  }

  /** A client of the daemon that this configuration describes. */
  ControlClient client() throws ConfigErrors {
    if (!config.equals(Config.DEFAULT_FILE) && Files.notExists(config)) {
      ConfigReader.read(config);
    }
    return new ControlClient(ConfigReader.socket(config));
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
