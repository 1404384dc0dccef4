// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.config.Openings;
import org.ipae.tunnel.host.Hold;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "hold",
    description =
        "Hold the networks of the peers shut while the daemon does not run: packets to them are"
            + " rejected or dropped, as if_down says.")
final class HoldCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    Config config = ConfigReader.read(ipae.config());
    if (ipae.client().answers()) {
      ipae.out().println("ipae is running and holds them");
      return Exit.OK;
    }
    return lay(ipae, config);
  }

  /** Holds and says what came of it. */
  static int lay(Ipae ipae, Config config) throws IOException {
    Hold.Outcome done = ipae.holder().lay(config);
    ipae.out()
        .println(
            "held shut: "
                + Amount.count(done.held().size(), "network")
                + (done.held().isEmpty()
                    ? ""
                    : ", until ipae runs or: ipae release" + ipae.configOption()));
    Openings.of(config).forEach(line -> ipae.out().println("warning: " + line));
    done.refused()
        .forEach(
            (p, why) -> ipae.err().println("ipae: " + Cidr.of(p) + " is not held shut: " + why));
    return done.refused().isEmpty() ? Exit.OK : Exit.FAILED;
  }
}
