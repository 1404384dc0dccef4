// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "ping",
    description = "Measure round trips to a peer inside the protocol, until interrupted.")
final class Ping implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(paramLabel = "PEER", description = "Name of the peer.")
  private String peer = "";

  @Option(
      names = {"-c", "--count"},
      paramLabel = "COUNT",
      description = "Stop after this many.")
  private long count = Long.MAX_VALUE;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      description = "Time between two pings. Default: 1.")
  private double interval = 1;

  @Override
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    ControlClient client = ipae.client();
    RoundTrips trips = new RoundTrips(peer);
    Thread summary = new Thread(() -> trips.summary(ipae.out()), "summary");
    Runtime.getRuntime().addShutdownHook(summary);
    try {
      for (long i = 1; i <= count; i++) {
        OptionalLong rtt = client.ping(peer, PATIENCE);
        ipae.out().println(trips.add(rtt));
        ipae.out().flush();
        if (i < count) {
          Thread.sleep((long) (interval * 1000));
        }
      }
    } finally {
      Runtime.getRuntime().removeShutdownHook(summary);
    }
    trips.summary(ipae.out());
    return trips.answered() > 0 ? Exit.OK : Exit.FAILED;
  }
}
