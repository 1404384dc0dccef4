// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigEditor;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;
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
      paramLabel = "K1",
      description =
          "Public key of the peer: what ipae key show prints there. Without it the keys of NAME are"
              + " looked up in DNS, now and for as long as it is a peer.")
  private @Nullable String key;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask whether what DNS says is right.")
  private boolean yes;

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
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    if (key == null && !published()) {
      return Exit.FAILED;
    }
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

  /** Shows what DNS says of the peer, and asks whether to go on. */
  private boolean published() throws IOException, ConfigErrors, InterruptedException {
    String host = ConfigEditor.name(name);
    Config config = ConfigReader.read(ipae.config());
    expected(host);
    Published found = DnsLookup.find(config, host, _ -> {});
    PrintWriter out = ipae.out();
    DnsLookup.summary(out, host, found);
    out.flush();
    if (!found.usable(config.dns().prefer())) {
      ipae.err()
          .println(
              "ipae: peer not added: DNS has no secure key of "
                  + host
                  + "; see each step with: ipae dns lookup "
                  + host
                  + "; or give its key with --key");
      return false;
    }
    if (found.verdict() == Verdict.INSECURE) {
      ipae.err()
          .println(
              "ipae: warning: the zone of "
                  + host
                  + " is not signed: its key is pinned now, and anyone on the way to the name server"
                  + " could have put it there; when the host changes its key, this one has to: ipae"
                  + " pins clear "
                  + host);
    }
    return yes || confirmed(host);
  }

  /** The daemon believes nobody but itself; it looks while this command does. */
  private void expected(String host) throws ConfigErrors {
    try {
      ipae.client().expect(host);
    } catch (IOException e) {
      // it does not run, or looks when the peer is there
    }
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 has none without a terminal
  private boolean confirmed(String host) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      ipae.err().println("ipae: peer not added: nobody can be asked here; repeat it with --yes");
      return false;
    }
    String answer = console.readLine("Add %s, and follow what DNS says of it? [y/N] ", host);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
