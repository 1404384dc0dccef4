// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ipae.tunnel.association.host.Event;
import org.ipae.tunnel.config.Config;

/** The names of the peers that have a session, for threads other than control's. Any thread. */
final class UpPeers {
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /** Something has become of a peer. */
  void hear(Event event) {
    if (event.up()) {
      names.add(event.peer());
    } else {
      names.remove(event.peer());
    }
  }

  boolean has(String peer) {
    return names.contains(peer);
  }

  /** One line about those of a configuration. */
  String of(Config config) {
    int all = config.peers().size();
    long up = config.peers().stream().filter(p -> has(p.name())).count();
    return all + (all == 1 ? " peer, " : " peers, ") + up + " up";
  }
}
