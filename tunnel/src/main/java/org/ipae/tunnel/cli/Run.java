package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.crypto.PacketCipher;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigErrors;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.node.Node;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "run",
    description = "Run the tunnel in the foreground until SIGTERM or SIGINT; the log is on stderr.")
final class Run implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    LogLines.install(System.getenv("JOURNAL_STREAM") == null);
    Config config = ConfigReader.read(ipae.config());
    if (!config.offload().crypto()) {
      PacketCipher.withoutLibrary();
    }
    try (Node node = Node.start(config)) {
      node.awaitStop();
    }
    return Exit.OK;
  }
}
