// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "clear",
    description = "Believe the next key that DNS has of a peer, whatever it is.")
final class PinsClear implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Pins pins;

  @Parameters(paramLabel = "NAME", description = "Name of the peer.")
  private String name = "";

  @Override
  public Integer call() throws IOException, ConfigErrors {
    Ipae ipae = pins.ipae();
    ControlClient client = ipae.client();
    boolean any =
        client.answers()
            ? client.clearPins(name)
            : Pins.file(ConfigReader.read(ipae.config())).clearPins(name);
    if (!any) {
      ipae.err()
          .println(Redacted.text("ipae: no key of " + name + " is pinned; see: ipae pins list"));
      return Exit.FAILED;
    }
    ipae.out().println(Redacted.text("the next key of " + name + " is believed"));
    return Exit.OK;
  }
}
