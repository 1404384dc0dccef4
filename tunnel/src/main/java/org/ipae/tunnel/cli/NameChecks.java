// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Publishing;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.publish.TsigFile;

/**
 * Whether DNS has keys of the peers that have none in the configuration, and this host can keep its
 * own there.
 */
final class NameChecks {
  private NameChecks() {}

  static List<Finding> of(Config config) throws InterruptedException {
    List<String> names =
        config.peers().stream().filter(Config.Peer::byName).map(Config.Peer::name).toList();
    List<Finding> out = new ArrayList<>(publishing(config));
    try {
      Map<String, Published> all = DnsLookup.find(config, names, _ -> {});
      for (String name : names) {
        Published p = all.get(name);
        if (p != null && !p.usable(config.dns().prefer())) {
          out.add(finding(name, p));
        }
      }
    } catch (IOException e) {
      out.add(Finding.error(Reason.of(e), "correct [dns]"));
    }
    return out;
  }

  /** Whether this host can change its key as it is told to. */
  private static List<Finding> publishing(Config config) {
    Publishing p = config.dns().publishing();
    List<Finding> out = new ArrayList<>();
    if (p.updateKey() != null) {
      try {
        TsigFile.read(p.updateKey());
      } catch (IOException e) {
        out.add(Finding.error(Reason.of(e), "see update_key in [dns]"));
      }
    }
    if (p.rotate() == null) {
      return out;
    }
    if (p.updateKey() == null) {
      out.add(
          Finding.warning(
              "with rotate, and without update_key, each change of this host's key waits until"
                  + " somebody has entered its records in DNS",
              "add update_key, or remove rotate"));
    }
    Path folder = config.privateKey().toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder)) {
      out.add(
          Finding.error(
              "the folder of the private key, "
                  + folder
                  + ", cannot be written: the key cannot change",
              "let ipae write there, or put private_key into its state directory"));
    }
    return out;
  }

  private static Finding finding(String name, Published p) {
    List<String> why = new ArrayList<>(List.of(p.verdict().text()));
    if (!p.reason().isEmpty()) {
      why.add(p.reason());
    }
    p.ignored().stream().limit(1).forEach(why::add);
    return Finding.warning(
        "peer "
            + name
            + " has no key that is secure in DNS: "
            + Redacted.text(String.join(", ", why)),
        "see each step with: ipae dns lookup " + name);
  }
}
