// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.bench.measure.Measures;
import org.ipae.bench.measure.Pings;
import org.ipae.bench.measure.Probe;
import org.ipae.bench.subject.Ipae;
import org.ipae.bench.subject.Sites;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;

/**
 * What a daemon does with COOKIE_REQUESTs that it need not answer, and what a tunnel notices of it.
 * gw-a's side of the cable has another address for them.
 */
final class Flood {
  private static final long RATE = 150_000;
  private static final int PINGS = 200;
  private static final String SOURCE = "192.0.2.99";

  private final Sites sites;
  private final Ipae ipae;
  private final Traffic traffic;
  private final Measures measures;
  private final Path request;

  Flood(Sites sites, Ipae ipae, Distribution distribution, Traffic traffic, Measures measures) {
    this.sites = sites;
    this.ipae = ipae;
    this.traffic = traffic;
    this.measures = measures;
    request = request(distribution);
    sites.gateway(1).address("wan", SOURCE + "/24");
  }

  /** The first datagram of a host that knows gw-b's key and that gw-b does not know. */
  private Path request(Distribution distribution) {
    Path file = sites.file("request");
    Host host = sites.lab().host("stranger");
    Gateway stranger =
        Gateway.on(sites.lab(), host, distribution)
            .peer(ipae.gateway(2), "127.0.0.1:11389", "", "10.99.0.0/24");
    Process catcher =
        host.start(
            sites.file("catcher"), "socat", "-u", "UDP-RECV:11389,readbytes=128", "CREATE:" + file);
    stranger.start();
    Lab.await(10_000, "a stranger asks for a cookie", () -> size(file) == 128);
    stranger.stop();
    catcher.destroy();
    return file;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  void round() {
    long before = refused();
    Path out = sites.file("ping");
    Process ping = traffic.ping(out, ipae, "-c", "" + PINGS, "-i", "0.01");
    Probe sent = traffic.repeated(request, SOURCE, "1138", RATE);
    traffic.ended(ping);
    double refused = refused() - before;
    measures.record("flood_requests_s", refused / sent.seconds());
    measures.record("flood_lost_percent", 100 * (1 - refused / sent.sent()));
    measures.record("flood_pings_lost", PINGS - Pings.answered(sites.text(out)));
  }

  /** The few that are answered are counted nowhere: they make the loss look a little too large. */
  private long refused() {
    return ipae.gateway(2).show().path("drops").path("cookie_limited").asLong();
  }
}
