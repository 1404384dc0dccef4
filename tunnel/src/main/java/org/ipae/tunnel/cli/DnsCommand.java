// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "dns",
    description = "Keys in DNS.",
    synopsisSubcommandLabel = "(lookup | show | publish)",
    subcommands = {DnsLookup.class, DnsShow.class, DnsPublish.class})
final class DnsCommand {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  Ipae ipae() {
    return ipae;
  }
}
