// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.ConfigEditor;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "add", description = "Add a peer to the configuration, and to the running daemon.")
final class Add implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the peer.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PREFIX",
      description = "Network behind the peer, such as 10.2.0.0/24.")
  private List<String> prefixes = new ArrayList<>();

  @Option(
      names = "--key",
      required = true,
      paramLabel = "K1",
      description = "Public key of the peer: what ipae key show prints there.")
  private String key = "";

  @Option(
      names = "--endpoint",
      paramLabel = "HOST[:PORT]",
      description =
          "Address of the peer; the port is 1138 unless given. May be repeated: all are tried, the"
              + " first is preferred. Without it this host waits for the peer to connect.")
  private List<String> endpoints = new ArrayList<>();

  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "For networks that other peers have too: the one with the lowest that is up carries them.")
  private @Nullable Integer priority;

  @Option(
      names = "--if-down",
      paramLabel = "ACTION",
      description =
          "What becomes of packets to the networks while no tunnel takes them: reject, drop or"
              + " clear.")
  private @Nullable String ifDown;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    ConfigEditor editor = new ConfigEditor(ipae.config());
    if (priority != null) {
      editor.with("priority", priority);
    }
    if (ifDown != null) {
      editor.with("if_down", ifDown);
    }
    editor.add(name, key, endpoints, prefixes);
    ipae.out().println(ipae.config() + ": peer " + name + " added");
    return Applied.reload(ipae);
  }
}
