// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "list",
    description =
        "List the keys that were taken on first use from zones that are not signed"
            + " (dnssec = \"prefer\").")
final class PinsList implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Pins pins;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    PrintWriter out = pins.ipae().out();
    Map<String, List<PublicKey>> all = Pins.file(ConfigReader.read(pins.ipae().config())).pins();
    all.forEach((name, keys) -> keys.forEach(k -> out.println(name + ": " + k)));
    if (all.isEmpty()) {
      out.println("no key is pinned");
    }
    out.flush();
    return Exit.OK;
  }
}
