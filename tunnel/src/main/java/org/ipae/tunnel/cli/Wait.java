// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.control.NotRunning;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "wait",
    description = "Return when the daemon is ready, or when a peer is up. For scripts and probes.")
final class Wait implements Callable<Integer> {
  /** Between two looks, milliseconds. */
  private static final long LOOK = 100;

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(arity = "0..1", paramLabel = "PEER", description = "Wait until this peer is up.")
  private @Nullable String peer;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Give up after so many seconds, with exit code 4. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30")
  private int timeout;

  @Override
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(0, timeout));
    while (true) {
      String lack;
      try {
        NodeStatus status = ipae.client().status();
        if (peer == null) {
          return Exit.OK;
        }
        PeerStatus there = of(status);
        if (there == null) {
          ipae.err()
              .println(Redacted.text("ipae: no peer " + peer + "; list them with: ipae show"));
          return Exit.FAILED;
        }
        if (there.up()) {
          return Exit.OK;
        }
        lack = "peer " + peer + ": " + there.liveness().state().text();
      } catch (NotRunning e) {
        lack = "ipae is not running";
      }
      if (System.nanoTime() >= end) {
        ipae.err().println(Redacted.text("ipae: not ready after " + timeout + " s: " + lack));
        return Exit.NOT_READY;
      }
      Thread.sleep(LOOK);
    }
  }

  private @Nullable PeerStatus of(NodeStatus status) throws IOException {
    PeerStatus found = null;
    for (PeerStatus p : status.peers()) {
      found = p.name().equals(peer) ? p : found;
    }
    return found;
  }
}
