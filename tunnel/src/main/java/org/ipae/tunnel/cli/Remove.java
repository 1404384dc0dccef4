// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.ConfigEditor;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "remove",
    description = "Remove a peer from the configuration, and from the running daemon.")
final class Remove implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(paramLabel = "NAME", description = "Name of the peer.")
  private String name = "";

  @Override
  public Integer call() throws IOException, ConfigErrors {
    var file = new ConfigEditor(ipae.config()).remove(name);
    ipae.out().println(file + ": peer " + name + " removed");
    return Applied.reload(ipae);
  }
}
