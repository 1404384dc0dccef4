// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.publish;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;

/**
 * What one server of the zone says of this host.
 *
 * @param server its name
 * @param lack what is not as it should be, in words for people; empty if all is
 */
public record Served(String server, Published said, String lack) {

  /** Compares what a server says with what it should say. */
  static Served of(
      String server, Published said, Collection<PublicKey> wanted, Collection<PublicKey> gone) {
    return new Served(server, said, String.join("; ", lacks(said, wanted, gone)));
  }

  private static List<String> lacks(
      Published said, Collection<PublicKey> wanted, Collection<PublicKey> gone) {
    List<String> out = new ArrayList<>();
    boolean proven = said.verdict() == Verdict.ABSENT && said.signedAt() != 0;
    if (said.verdict() != Verdict.SECURE && !(wanted.isEmpty() && proven)) {
      String reason = said.reason().isEmpty() ? "" : ", " + said.reason();
      out.add(said.verdict().text() + reason);
      return out;
    }
    Set<PublicKey> there =
        said.gateways().stream().map(Published.Gateway::key).collect(Collectors.toSet());
    for (PublicKey k : wanted) {
      if (!there.contains(k)) {
        out.add("without key " + k);
      }
    }
    for (Published.Gateway g : said.gateways()) {
      if (wanted.contains(g.key()) && g.addresses().isEmpty()) {
        out.add("key " + g.key() + " has no address");
      }
      if (gone.contains(g.key())) {
        out.add("still with key " + g.key());
      }
    }
    return out;
  }

  /** Whether all is as it should be. */
  public boolean good() {
    return lack.isEmpty();
  }
}
