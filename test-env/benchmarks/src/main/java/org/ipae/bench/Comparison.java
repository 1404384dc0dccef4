// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.bench.measure.Flow;
import org.ipae.bench.measure.Measures;
import org.ipae.bench.measure.Pings;
import org.ipae.bench.measure.RateSearch;
import org.ipae.bench.measure.Usage;
import org.ipae.bench.report.Column;
import org.ipae.bench.subject.Ipae;
import org.ipae.bench.subject.Sites;
import org.ipae.bench.subject.Subject;

/** One subject after the other with the same traffic, from lan-a to lan-b. */
final class Comparison {
  private static final List<String> THREADS = List.of("out", "in", "control");
  private static final List<String> RATIOS =
      List.of(
          "tcp_1_gbit_s",
          "tcp_1_reverse_gbit_s",
          "tcp_4_gbit_s",
          "tcp_4_reverse_gbit_s",
          "udp_64_s",
          "ping_us",
          "ping_loaded_us",
          "cpu_s_per_gb");

  private static final long FIRST_RATE = 60_000;
  private static final int PING_TURNS = 10;

  private final Sites sites;
  private final List<Subject> subjects;
  private final Traffic traffic;
  private final Measures measures;
  private final Map<String, Long> bestRate = new HashMap<>();

  Comparison(Sites sites, List<Subject> subjects, Traffic traffic, Measures measures) {
    this.sites = sites;
    this.subjects = subjects;
    this.traffic = traffic;
    this.measures = measures;
  }

  /** Measures everything once, and the ratios of this round. */
  void round() {
    for (Subject s : subjects) {
      if (s instanceof Ipae ipae) {
        Ipae.Drops before = ipae.drops();
        compare(s);
        after(ipae, before);
      } else {
        compare(s);
      }
    }
    idlePings();
    measures.ratio(
        "ratio_relay_tcp_1",
        Column.IPAE.measure("tcp_1_gbit_s"),
        Column.RELAY.measure("tcp_1_gbit_s"));
    if (subjects.stream().anyMatch(s -> s.column() == Column.WIREGUARD)) {
      for (String metric : RATIOS) {
        measures.ratio(
            "ratio_wireguard_" + metric,
            Column.IPAE.measure(metric),
            Column.WIREGUARD.measure(metric));
      }
    }
  }

  private void compare(Subject s) {
    measuredFlow(s);
    loadedPing(s);
    flow(s, "tcp_4_gbit_s", "-t", "3", "-O", "1", "-P", "4");
    flow(s, "tcp_4_reverse_gbit_s", "-t", "3", "-O", "1", "-P", "4", "-R");
    datagrams(s, 64, 5);
    datagrams(s, 1_200, 3);
    s.rss().ifPresent(mb -> measures.record(s.measure("rss_mb"), mb));
  }

  private Flow flow(Subject s, String metric, String... options) {
    Flow flow = traffic.tcp(s, options);
    measures.record(s.measure(metric), flow.gbits());
    return flow;
  }

  /** One flow: also CPU by process and thread, and what TCP sent twice. */
  private void measuredFlow(Subject s) {
    if (!(s instanceof Ipae ipae)) {
      double before = s.cpu();
      Flow flow = flow(s, "tcp_1_gbit_s", "-t", "5", "-O", "1");
      measures.record(s.measure("cpu_s_per_gb"), (s.cpu() - before) / flow.bytes() * 1e9);
      return;
    }
    Map<String, Double> used = new HashMap<>();
    double before = s.cpu();
    threads(ipae).forEach((name, seconds) -> used.put(name, -seconds));
    Flow flow = flow(s, "tcp_1_gbit_s", "-t", "5", "-O", "1");
    double all = s.cpu() - before;
    threads(ipae).forEach((name, seconds) -> used.merge(name, seconds, Double::sum));
    double gigabytes = flow.bytes() / 1e9;
    double known = 0;
    for (Map.Entry<String, Double> thread : used.entrySet()) {
      measures.record("cpu_s_per_gb_" + thread.getKey(), thread.getValue() / gigabytes);
      known += thread.getValue();
    }
    measures.record(s.measure("cpu_s_per_gb"), all / gigabytes);
    measures.record("cpu_s_per_gb_other", (all - known) / gigabytes);
    measures.record("tcp_retransmits_per_gb", flow.retransmits() / gigabytes);
  }

  /** CPU seconds of the threads of packets and of control, end by end. */
  private static Map<String, Double> threads(Ipae ipae) {
    Map<String, Double> seconds = new HashMap<>();
    for (int side = 1; side <= 2; side++) {
      Map<String, Double> all = Usage.threadSeconds(ipae.pid(side));
      for (String name : THREADS) {
        String end = side == 1 ? "sender_" : "receiver_";
        seconds.put(end + name, all.getOrDefault("ipae-" + name, 0.0));
      }
    }
    return seconds;
  }

  /** The other direction, with a ping beside it. */
  private void loadedPing(Subject s) {
    Path out = sites.file("ping");
    Process ping = traffic.ping(out, s, "-c", "150", "-i", "0.02");
    flow(s, "tcp_1_reverse_gbit_s", "-t", "4", "-O", "1", "-R");
    traffic.ended(ping);
    measures.record(s.measure("ping_loaded_us"), Pings.medianMicros(sites.text(out)));
  }

  /** The next round begins where this one was best. */
  private void datagrams(Subject s, int bytes, int probes) {
    String name = s.measure("udp_" + bytes + "_s");
    RateSearch search = new RateSearch(bestRate.getOrDefault(name, FIRST_RATE));
    for (int i = 0; i < probes; i++) {
      search.probed(traffic.datagrams(s, bytes, search.rate()));
    }
    if (search.best() > 0) {
      bestRate.put(name, search.best());
    }
    measures.record(name, search.best());
  }

  /** In turns: what else the machine does in these seconds meets every one of them. */
  private void idlePings() {
    Map<Column, StringBuilder> outputs = new EnumMap<>(Column.class);
    for (int i = 0; i < PING_TURNS; i++) {
      for (Subject s : subjects) {
        outputs
            .computeIfAbsent(s.column(), _ -> new StringBuilder())
            .append(
                sites.measure(sites.lanA(), "ping", "-n", "-c", "20", "-i", "0.01", s.target()));
      }
    }
    outputs.forEach((column, output) ->
        measures.record(column.measure("ping_us"), Pings.medianMicros(output.toString())));
  }

  private void after(Ipae ipae, Ipae.Drops before) {
    Ipae.Drops now = ipae.drops();
    measures.record("dropped_daemon", now.daemons() - before.daemons());
    measures.record("dropped_socket", now.sockets() - before.sockets());
    measures.record("dropped_tun", now.queues() - before.queues());
    for (int side = 1; side <= 2; side++) {
      String end = side == 1 ? "a_mb" : "b_mb";
      measures.record("rss_" + end, Usage.megabytes(ipae.pid(side), "VmRSS"));
      measures.record("rss_peak_" + end, Usage.megabytes(ipae.pid(side), "VmHWM"));
    }
  }
}
