// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import com.fasterxml.jackson.databind.JsonNode;
import org.ipae.bench.report.Column;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;

/** The daemons of this tree. */
public final class Ipae extends ProcessPair {
  /** What both gateways have discarded so far, and where. */
  public record Drops(long daemons, long sockets, long queues) {}

  private final Gateway a;
  private final Gateway b;

  /** Has keys and configurations when it returns. */
  public Ipae(Sites sites, Distribution distribution) {
    super(sites);
    a = Gateway.on(sites.lab(), sites.gateway(1), distribution);
    b = Gateway.on(sites.lab(), sites.gateway(2), distribution);
    for (int side = 1; side <= 2; side++) {
      int other = 3 - side;
      gateway(side)
          .tun("addresses = [\"10.255.0." + side + "/32\"]")
          .peer(
              gateway(other),
              Sites.wan(other) + ":1138",
              "",
              lan(other) + ".0/24",
              "10.255.0." + other + "/32")
          .write();
    }
  }

  /** The gateway of a side, 1 or 2. */
  public Gateway gateway(int side) {
    return side == 1 ? a : b;
  }

  @Override
  public Column column() {
    return Column.IPAE;
  }

  @Override
  public String lan(int side) {
    return "10." + side + ".0";
  }

  @Override
  public void start() {
    sites.connect(this);
    b.start();
    a.start();
    a.ready();
    b.ready();
  }

  @Override
  public long pid(int side) {
    return gateway(side).process().pid();
  }

  public Drops drops() {
    long daemons = 0;
    long sockets = 0;
    long queues = 0;
    for (int side = 1; side <= 2; side++) {
      JsonNode show = gateway(side).show();
      for (JsonNode reason : show.path("drops")) {
        daemons += reason.asLong();
      }
      sockets += show.path("udp_receive_drops").asLong();
      String link = show.path("tun").path("name").asText();
      String dropped = "/sys/class/net/" + link + "/statistics/tx_dropped";
      queues += Long.parseLong(sites.gateway(side).must("cat", dropped).strip());
    }
    return new Drops(daemons, sockets, queues);
  }

  /** Restarts a gateway with that many more peers, which never call; nobody has their keys. */
  public void idlePeers(int side, int number) {
    Gateway g = gateway(side).idlePeers(number, 200);
    g.stop();
    g.write().start().ready();
  }
}
