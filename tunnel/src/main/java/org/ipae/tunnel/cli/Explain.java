// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.control.NotRunning;
import org.ipae.tunnel.host.Egress;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.node.Policies;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigErrors;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "explain",
    description =
        "Say what would happen to a packet of this host, and why; 0 only if it would leave.")
final class Explain implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(paramLabel = "ADDRESS", description = "Where the packet goes.")
  private String address = "";

  @Option(names = "--json", description = "Print JSON for programs, with \"schema\": 1.")
  private boolean json;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    Config config = ConfigReader.read(ipae.config());
    Endpoint to = destination();
    if (to == null) {
      ipae.err()
          .println(
              Redacted.text("ipae: " + address + " is not an address; write 10.2.0.2 or fd00::2"));
      return Exit.USAGE;
    }
    Explanation e =
        Explanation.of(
            to,
            config.tun().name(),
            status(config),
            Egress.of(to),
            endpoint -> Egress.ofOwn(Policies.of(config), endpoint));
    ipae.out().println(json ? e.json().toPrettyString() : e.text());
    ipae.out().flush();
    return e.leaves() ? Exit.OK : Exit.FAILED;
  }

  private @Nullable Endpoint destination() {
    try {
      Endpoint written = Address.parse(address).written();
      return written == null ? null : written.withoutPort();
    } catch (BadText e) {
      return null;
    }
  }

  private static @Nullable NodeStatus status(Config config) throws IOException {
    try {
      return new ControlClient(config.socket()).status();
    } catch (NotRunning e) {
      return null;
    }
  }
}
