// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.ipae.crypto.PublicKey;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.NameServers;
import org.ipae.tunnel.names.Upstream;
import org.ipae.tunnel.names.publish.OwnRecords;
import org.ipae.tunnel.names.publish.Publisher;
import org.ipae.tunnel.names.publish.Served;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "publish",
    description =
        "Put the keys and addresses of this host into DNS, and wait until every name server of the"
            + " zone has them, validated; 0 only then.")
final class DnsPublish implements Callable<Integer> {
  /** Between two looks at the servers, milliseconds. */
  private static final long PAUSE = 500;

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private DnsCommand parent;

  @Option(
      names = "--withdraw",
      description = "Take the records of this host out of DNS instead: it is reached no more.")
  private boolean withdraw;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long to wait for the name servers. Default: 30.")
  private int wait = 30;

  @Override
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    Config config = ConfigReader.read(parent.ipae().config());
    PublishedKeys now = PublishedKeys.of(config);
    List<PublicKey> wanted = withdraw ? List.of() : now.keys();
    List<PublicKey> gone = withdraw ? now.keys() : now.gone();
    NameServers.askFrom(config.ports());
    PrintWriter out = parent.ipae().out();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Publisher publisher =
          new Publisher(
              OwnRecords.of(config),
              config.dns(),
              new Upstream(NameServers.of(config.dns())),
              BootClock::millis,
              threads);
      List<String> changes = publisher.update(wanted, gone, _ -> {});
      changes.forEach(c -> out.println(Redacted.text(c)));
      if (changes.isEmpty()) {
        out.println("nothing to change");
      }
      out.flush();
      return waited(publisher, wanted, gone, out) ? Exit.OK : Exit.FAILED;
    }
  }

  private boolean waited(
      Publisher publisher, List<PublicKey> wanted, List<PublicKey> gone, PrintWriter out)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + wait * 1_000_000_000L;
    while (true) {
      List<Served> all = publisher.served(wanted, gone, _ -> {});
      boolean good = all.stream().allMatch(Served::good);
      if (good || System.nanoTime() > end) {
        for (Served s : all) {
          String what = s.good() ? (withdraw ? "gone" : "secure") : s.lack();
          out.println(Redacted.text(s.server() + ": " + what));
        }
        out.flush();
        if (!good) {
          parent.ipae().err().println("ipae: not every name server has it after " + wait + " s");
        }
        return good;
      }
      Thread.sleep(PAUSE);
    }
  }
}
