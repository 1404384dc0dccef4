// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.util.List;
import org.ipae.bench.report.Row.Section;
import org.jspecify.annotations.Nullable;

/** Everything that is shown of a run: the one list, for terminal, JSON, chart and README. */
public final class Rows {
  /** The comparison. */
  public static final List<Metric> METRICS =
      List.of(
          new Metric("tcp_1_gbit_s", "one TCP flow, Gbit/s", 2, true),
          new Metric("tcp_1_reverse_gbit_s", "  the other way", 2, false),
          new Metric("tcp_4_gbit_s", "four TCP flows, Gbit/s", 2, true),
          new Metric("tcp_4_reverse_gbit_s", "  the other way", 2, false),
          new Metric("udp_64_s", "64-byte datagrams/s, <= 1 % lost", 0, true),
          new Metric("udp_1200_s", "1,200-byte datagrams/s", 0, false),
          new Metric("ping_us", "ping, idle, us", 0, true),
          new Metric("ping_loaded_us", "ping beside a TCP flow, us", 0, false),
          new Metric("cpu_s_per_gb", "CPU of both ends, s/GB", 2, true),
          new Metric("rss_mb", "RSS of one end, MB", 0, false));

  /** All others. */
  public static final List<Row> ALL =
      List.of(
          ratio("ratio_wireguard_tcp_1_gbit_s", "one TCP flow / wireguard-go", ">=2.0"),
          ratio("ratio_wireguard_tcp_4_gbit_s", "four TCP flows / wireguard-go", ">=2.0"),
          ratio(
              "ratio_wireguard_tcp_4_reverse_gbit_s",
              "four TCP flows, the other way / wireguard-go",
              ">=2.0"),
          ratio("ratio_relay_tcp_1", "one TCP flow / plaintext relay", ">=0.60"),
          ratio("ratio_wireguard_udp_64_s", "64-byte datagrams / wireguard-go", ">=3"),
          ratio("ratio_wireguard_ping_us", "ping, idle / wireguard-go", "<=1"),
          ratio("ratio_wireguard_ping_loaded_us", "ping beside a flow / wireguard-go", "<=1"),
          ratio("ratio_wireguard_cpu_s_per_gb", "CPU per GB / wireguard-go", "<=0.5"),
          row(Section.RATIOS, "flood_requests_s", "COOKIE_REQUESTs refused", "1/s", 0, ">=100000"),
          row(Section.RATIOS, "flood_lost_percent", "  of them lost before", "%", 2, null),
          row(Section.RATIOS, "flood_pings_lost", "  pings lost beside them, of 200", "", 0, "<=0"),
          row(
              Section.RATIOS,
              "strangers_inits_s",
              "INITs of strangers for 60 s",
              "1/s",
              0,
              ">=1900"),
          row(
              Section.RATIOS,
              "strangers_inits_pings_lost",
              "  pings lost beside them",
              "",
              0,
              "<=0"),
          ratio("strangers_inits_ping", "  ping / idle", "<3"),
          ratio("strangers_inits_tcp_1", "  one TCP flow / flood dropped by nft", ">=0.8"),
          row(
              Section.RATIOS,
              "strangers_requests_s",
              "COOKIE_REQUESTs of strangers for 60 s",
              "1/s",
              0,
              ">=95000"),
          row(
              Section.RATIOS,
              "strangers_requests_pings_lost",
              "  pings lost beside them",
              "",
              0,
              "<=0"),
          ratio("strangers_requests_ping", "  ping / idle", "<3"),
          ratio("strangers_requests_tcp_1", "  one TCP flow / flood dropped by nft", ">=0.8"),
          row(Section.START, "ready_ms", "exec to ready", "ms", 0, "<=1000"),
          row(Section.START, "first_ping_ms", "exec to the first answered ping", "ms", 0, "<=1200"),
          row(
              Section.START,
              "ipae_first_second_gbit_s",
              "one TCP flow, its first second",
              "Gbit/s",
              2,
              null),
          row(Section.START, "peers_1000_rss_mb", "RSS with 1,000 idle peers", "MB", 1, "<=150"),
          row(Section.START, "peers_10000_rss_mb", "RSS with 10,000 idle peers", "MB", 1, null),
          row(Section.START, "peers_more_kb", "  each of them more", "kB", 2, "<=3"),
          row(
              Section.START,
              "peers_1000_live_rss_mb",
              "RSS with 1,000 live peers, 4 lanes each",
              "MB",
              1,
              null),
          row(Section.START, "rss_a_mb", "RSS of gw-a after the flows", "MB", 1, "<200"),
          row(Section.START, "rss_b_mb", "RSS of gw-b after the flows", "MB", 1, "<200"),
          row(Section.START, "rss_peak_a_mb", "  peak of gw-a", "MB", 1, null),
          row(Section.START, "rss_peak_b_mb", "  peak of gw-b", "MB", 1, null),
          cpu("sender_out", "  sender: thread ipae-out"),
          cpu("sender_in", "  sender: thread ipae-in"),
          cpu("sender_control", "  sender: thread ipae-control"),
          cpu("receiver_out", "  receiver: thread ipae-out"),
          cpu("receiver_in", "  receiver: thread ipae-in"),
          cpu("receiver_control", "  receiver: thread ipae-control"),
          cpu("other", "  the rest: compiler, collector"),
          row(
              Section.LOST,
              "tcp_retransmits_per_gb",
              "TCP segments sent twice, one flow",
              "1/GB",
              0,
              null),
          row(Section.LOST, "dropped_daemon", "dropped by the daemons", "", 0, null),
          row(Section.LOST, "dropped_socket", "dropped by full UDP sockets", "", 0, null),
          row(Section.LOST, "dropped_tun", "dropped by full TUN queues", "", 0, null));

  private Rows() {}

  private static Row ratio(String name, String text, String target) {
    return row(Section.RATIOS, name, text, "", 2, target);
  }

  private static Row cpu(String name, String text) {
    return row(Section.CPU, "cpu_s_per_gb_" + name, text, "s/GB", 2, null);
  }

  private static Row row(
      Section section,
      String name,
      String text,
      String unit,
      int decimals,
      @Nullable String target) {
    return new Row(section, name, text, unit, decimals, target == null ? null : Target.of(target));
  }
}
