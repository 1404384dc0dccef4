// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.names.fresh.NamesFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "pins",
    description = "Keys that were taken on first use.",
    synopsisSubcommandLabel = "(list | clear)",
    subcommands = {PinsList.class, PinsClear.class})
final class Pins {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  Ipae ipae() {
    return ipae;
  }

  static NamesFile file(Config config) throws IOException {
    return new NamesFile(config.stateDir(), BootClock.bootId(), BootClock::millis);
  }
}
