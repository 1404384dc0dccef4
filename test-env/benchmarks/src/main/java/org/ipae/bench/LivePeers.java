// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import org.ipae.bench.measure.Measures;
import org.ipae.bench.measure.Usage;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.flood.Crowd;

/** Memory of a gateway whose 1,000 peers have a session each, with traffic on all four lanes. */
final class LivePeers {
  private static final int PEERS = 1_000;
  private static final int LANES = 4;
  private static final String INNER = "10.255.0.2";

  private final Measures measures;

  LivePeers(Measures measures) {
    this.measures = measures;
  }

  void round() {
    try (Lab lab = new Lab()) {
      Gateway g = Crowd.gateway(lab, LANES, INNER, PEERS);
      g.start().ready();
      Crowd crowd = Crowd.of(lab, g, INNER, PEERS, LANES).called();
      measures.record("peers_1000_live_rss_mb", Usage.megabytes(g.process().pid(), "VmRSS"));
      crowd.end();
    }
  }
}
