// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.host.KernelView;
import org.ipae.tunnel.names.HostLookup;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "check",
    description =
        "Validate the configuration and find whatever would stop the tunnel from working here.")
final class Check implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() throws ConfigErrors, InterruptedException {
    Config config = ConfigReader.read(ipae.config());
    JsonNode status = status(config);
    // Of the daemon that runs, else of the one that would be started here: bin/ipae knows.
    long heap =
        status == null ? Long.getLong("org.ipae.heap", 0) : status.path("heap_bytes").asLong();
    HostChecks checks =
        new HostChecks(
            Path.of("/"), config, status != null, heap, KernelView.now(config.tun().name()));
    List<Finding> found = new ArrayList<>(checks.all(config.resolve(new HostLookup())));
    found.addAll(NameChecks.of(config));
    found.forEach(ipae.out()::println);
    boolean failed = found.stream().anyMatch(f -> f.weight() == Finding.Weight.ERROR);
    long routes = config.peers().stream().mapToLong(p -> p.routes().size()).sum();
    ipae.out()
        .println(
            config.file()
                + ": valid, "
                + Amount.count(config.peers().size(), "peer")
                + ", "
                + Amount.count(routes, "route")
                + (failed ? "; but ipae cannot run here" : ""));
    return failed ? Exit.FAILED : Exit.OK;
  }

  private static @Nullable JsonNode status(Config config) {
    try {
      return new ControlClient(config.socket()).statusJson();
    } catch (IOException e) {
      return null;
    }
  }
}
