// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.node.Reloads;
import org.ipae.tunnel.node.Startup;
import org.ipae.tunnel.node.Stop;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "run",
    description =
        "Run the tunnel in the foreground until SIGTERM or SIGINT; SIGHUP reloads; the log is on stderr.")
final class Run implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Option(names = "--verbose", description = "Log more, to find a defect.")
  private boolean verbose;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    Log.install(System.getenv("JOURNAL_STREAM") == null, verbose);
    Config config = ConfigReader.read(ipae.config());
    Stop stop = new Stop();
    Ending.bySignal(stop::ask);
    Reloads reloads = new Reloads();
    Hangup.does(reloads::ask);
    Startup.run(config, stop, reloads);
    return Exit.OK;
  }
}
