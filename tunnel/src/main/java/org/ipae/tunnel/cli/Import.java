// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.ConfigEditor;
import org.ipae.tunnel.log.Redacted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "import",
    description = {
      "Print the structure of a configuration of wg-quick as one of ipae, and name each line of it"
          + " that has no place here. Keys are new.",
    })
final class Import implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(paramLabel = "FILE", description = "Such as /etc/wireguard/wg0.conf.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Name of this host, such as gw-a.example.net.")
  private String name = "";

  @Override
  public Integer call() throws IOException {
    WgQuick found = WgQuick.read(file.toString(), Files.readAllLines(file));
    Path key = ipae.config().toAbsolutePath().resolveSibling("host.key");
    ipae.out().print(found.text(ConfigEditor.name(name), key.toString()));
    ipae.out().flush();
    found.left().forEach(l -> ipae.err().println(Redacted.text(l)));
    return Exit.OK;
  }
}
