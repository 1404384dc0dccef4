// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.util.Locale;
import org.ipae.bench.measure.Flow;
import org.ipae.bench.measure.Measures;
import org.ipae.bench.subject.Ipae;
import org.ipae.bench.subject.Sites;
import org.ipae.lab.Host;
import org.ipae.lab.Pinged;
import org.ipae.lab.flood.Flood;
import org.ipae.lab.flood.Kind;

/**
 * What gw-a notices while strangers flood gw-b from a /56 for a minute, beside the same flood where
 * gw-b's kernel drops it, in turn.
 */
final class Strangers {
  private static final int SECONDS = 60;
  private static final int PING_SECONDS = 30;
  private static final double PING_INTERVAL = 0.03;
  private static final int PAIRS = 5;
  private static final int FLOOD_SECONDS = 12;
  private static final String[] FLOW = {"-t", "8", "-O", "1"};

  private static final String DROP =
      "add table inet strangers;"
          + "add chain inet strangers in { type filter hook prerouting priority raw; };"
          + "add rule inet strangers in ip6 saddr "
          + Flood.PREFIX
          + "/56 drop";

  private final Ipae ipae;
  private final Sites sites;
  private final Traffic traffic;
  private final Measures measures;
  private final Host strangers;

  Strangers(Sites sites, Ipae ipae, Traffic traffic, Measures measures) {
    this.sites = sites;
    this.ipae = ipae;
    this.traffic = traffic;
    this.measures = measures;
    strangers = Flood.behind(sites.lab(), sites.gateway(2));
  }

  /** Measures each flood once. */
  void round() {
    flood(Kind.INITS, 2_000, "strangers_inits");
    flood(Kind.COOKIE_REQUESTS, 100_000, "strangers_requests");
  }

  private void flood(Kind kind, int rate, String name) {
    Pinged idle = pings();
    Flood flood = begin(kind, rate, SECONDS);
    Pinged pinged = pings();
    Flood.Sent sent = flood.over();
    flood.end();
    System.out.printf(Locale.ROOT, "%s: %,.0f/s; %s, idle %s%n", name, sent.rate(), pinged, idle);
    measures.record(name + "_s", sent.rate());
    measures.record(name + "_pings_lost", pinged.lost());
    measures.record(name + "_ping", pinged.medianMicros() / idle.medianMicros());
    for (int i = 0; i < PAIRS; i++) {
      Flow met = flowIn(begin(kind, rate, FLOOD_SECONDS));
      Flood flooded = begin(kind, rate, FLOOD_SECONDS); // it needs answers before it begins
      sites.gateway(2).must("nft", DROP);
      Flow dropped = flowIn(flooded);
      sites.gateway(2).must("nft", "delete table inet strangers");
      System.out.printf(
          Locale.ROOT,
          "%s: one flow %.2f Gbit/s, %.2f with the flood dropped%n",
          name,
          met.gbits(),
          dropped.gbits());
      measures.record(name + "_tcp_1", met.gbits() / dropped.gbits());
    }
  }

  private Flow flowIn(Flood flood) {
    Flow flow = traffic.tcp(ipae, FLOW);
    flood.over();
    flood.end();
    return flow;
  }

  private Flood begin(Kind kind, int rate, int seconds) {
    return Flood.of(kind, rate, seconds, sites.lab(), strangers, ipae.gateway(2), "2001:db8:c::254")
        .begun();
  }

  private Pinged pings() {
    return ipae.gateway(1).pings(ipae.gateway(2), PING_SECONDS, PING_INTERVAL);
  }
}
