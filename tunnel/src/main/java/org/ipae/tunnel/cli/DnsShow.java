// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.names.publish.OwnRecords;
import org.ipae.tunnel.names.publish.TsigFile;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "show",
    description =
        "Print the records that this host is to have in DNS, and what its name server must grant for"
            + " ipae to keep them up to date. Asks nobody.")
final class DnsShow implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private DnsCommand parent;

  @Option(names = "--zone", description = "Print the lines of a zone file, and nothing else.")
  private boolean zone;

  @Option(names = "--nsupdate", description = "Print commands for nsupdate, and nothing else.")
  private boolean nsupdate;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    Config config = ConfigReader.read(parent.ipae().config());
    OwnRecords own = OwnRecords.of(config);
    List<PublicKey> keys = PublishedKeys.of(config).keys();
    PrintWriter out = parent.ipae().out();
    if (zone || nsupdate) {
      (zone ? own.zoneFile(keys) : own.nsupdate(keys)).forEach(out::println);
    } else {
      all(out, own, keys, updateKey(config));
    }
    out.flush();
    return Exit.OK;
  }

  private static void all(PrintWriter out, OwnRecords own, List<PublicKey> keys, String updateKey) {
    out.println("; records of this host, for its zone file");
    own.zoneFile(keys).forEach(out::println);
    out.println();
    out.println("; the same for nsupdate: ipae dns show --nsupdate | nsupdate -k KEYFILE");
    out.println();
    out.println("; what BIND must grant for ipae dns publish, in named.conf, in the zone");
    own.bindGrants(updateKey).forEach(out::println);
    out.println();
    out.println("; the same for Knot, in knot.conf; the zone names it with acl:");
    own.knotAcl(updateKey).forEach(out::println);
  }

  private static String updateKey(Config config) throws IOException {
    Path file = config.dns().publishing().updateKey();
    return file == null ? config.name() : TsigFile.read(file).name().toString(true);
  }
}
