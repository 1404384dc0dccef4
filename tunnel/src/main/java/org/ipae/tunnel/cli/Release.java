// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "release",
    description =
        "Open what a stopped daemon has left shut: packets to the networks of the peers leave in"
            + " the clear.")
final class Release implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    if (ipae.client().answers()) {
      ipae.err()
          .println(
              "ipae: ipae is running and holds the networks of its peers: stop it first, or write"
                  + " if_down = \"clear\" at a peer, then: ipae reload"
                  + ipae.configOption());
      return Exit.FAILED;
    }
    ipae.holder().release(ConfigReader.read(ipae.config()));
    ipae.out().println("released: packets to the networks of the peers leave in the clear");
    return Exit.OK;
  }
}
