// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.ipae.bench.measure.Measures;
import org.ipae.bench.measure.Pings;
import org.ipae.bench.measure.Usage;
import org.ipae.bench.subject.Ipae;
import org.ipae.bench.subject.Sites;
import org.ipae.lab.Gateway;
import org.ipae.lab.LabFailure;

/** How soon a daemon works, and what it takes when it has little to do. */
final class Restarts {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int FEW = 1_000;
  private static final int MANY = 10_000;

  private final Sites sites;
  private final Ipae ipae;
  private final Traffic traffic;
  private final Measures measures;

  Restarts(Sites sites, Ipae ipae, Traffic traffic, Measures measures) {
    this.sites = sites;
    this.ipae = ipae;
    this.traffic = traffic;
    this.measures = measures;
  }

  /** A restart of gw-a, cookies in its cache, while lan-a pings all the time; then a short flow. */
  void round() {
    Gateway a = ipae.gateway(1);
    a.stop();
    Path out = sites.file("ping");
    // Not -w: with it the first "unreachable" ends the ping.
    Process ping =
        sites
            .lanA()
            .start(
                out,
                "timeout",
                "20",
                "stdbuf",
                "-oL",
                "ping",
                "-n",
                "-D",
                "-i",
                "0.005",
                ipae.target());
    sleep(200);
    Instant started = Instant.now();
    a.start();
    Instant ready = null;
    while (ready == null || Pings.answered(sites.text(out)) == 0) {
      Instant now = Instant.now();
      if (ready == null && a.log().contains("ready: ")) {
        ready = now;
      }
      if (started.plus(PATIENCE).isBefore(now)) {
        throw new LabFailure("gw-a is not ready, or answers no ping, within " + PATIENCE);
      }
      sleep(5);
    }
    ping.destroy();
    traffic.ended(ping);
    long first = Pings.firstAnswerMicros(sites.text(out));
    measures.record("ready_ms", ChronoUnit.MICROS.between(started, ready) / 1e3);
    measures.record(
        "first_ping_ms", (first - ChronoUnit.MICROS.between(Instant.EPOCH, started)) / 1e3);
    measures.record("ipae_first_second_gbit_s", traffic.tcp(ipae, "-t", "1").gbits());
  }

  /** Memory of a gateway with 1,000 peers that never call, and of one with 10,000. */
  void idlePeers() {
    ipae.idlePeers(1, FEW);
    ipae.idlePeers(2, MANY);
    sleep(15_000); // the daemon gives back what its start took
    double few = Usage.megabytes(ipae.pid(1), "VmRSS");
    double many = Usage.megabytes(ipae.pid(2), "VmRSS");
    measures.record("peers_1000_rss_mb", few);
    measures.record("peers_10000_rss_mb", many);
    measures.record("peers_more_kb", (many - few) * 1_000 / (MANY - FEW));
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted", e);
    }
  }
}
