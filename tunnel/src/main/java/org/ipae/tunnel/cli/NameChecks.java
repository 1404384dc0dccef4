// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.Published;

/** Whether DNS has keys of the peers that have none in the configuration. */
final class NameChecks {
  private NameChecks() {}

  static List<Finding> of(Config config) throws InterruptedException {
    List<String> names =
        config.peers().stream().filter(Config.Peer::byName).map(Config.Peer::name).toList();
    List<Finding> out = new ArrayList<>();
    try {
      Map<String, Published> all = DnsLookup.find(config, names, _ -> {});
      for (String name : names) {
        Published p = all.get(name);
        if (p != null && !p.usable()) {
          out.add(finding(name, p));
        }
      }
    } catch (IOException e) {
      out.add(Finding.error(Reason.of(e), "correct [dns]"));
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
