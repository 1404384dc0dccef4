// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ipae.bench.measure.Flow;
import org.ipae.bench.measure.Probe;
import org.ipae.bench.subject.Sites;
import org.ipae.bench.subject.Subject;
import org.ipae.lab.Lab;
import org.ipae.lab.LabFailure;

/** Flows, datagrams and pings that go through a subject, from lan-a to lan-b. */
final class Traffic {
  private static final String UDP_PORT = "9999";

  private final Sites sites;
  private final Path udpRate;

  /** The sinks on lan-b listen when it returns. */
  Traffic(Sites sites, Path udpRate) {
    this.sites = sites;
    this.udpRate = udpRate;
    Path iperf = sites.file("iperf3");
    sites.lanB().start(iperf, "iperf3", "-s", "--forceflush");
    Lab.await(5_000, "iperf3 listens", () -> sites.text(iperf).contains("listening"));
    Path udp = sites.file("udp");
    sites.lanB().start(udp, udpRate.toString(), "receive", UDP_PORT);
    Lab.await(5_000, "udp-rate listens", () -> sites.text(udp).contains("ready"));
  }

  /** One or more TCP flows; {@code options} are those of iperf3. */
  Flow tcp(Subject s, String... options) {
    List<String> command = new ArrayList<>(List.of("iperf3", "-J", "-c", s.target()));
    command.addAll(List.of(options));
    return Flow.parse(sites.measure(sites.lanA(), command.toArray(String[]::new)));
  }

  /** Datagrams for two seconds at a rate. */
  Probe datagrams(Subject s, int bytes, long rate) {
    String target = s.target();
    String[] command = {udpRate.toString(), "send", target, UDP_PORT, "" + bytes, "" + rate, "2"};
    return Probe.parse(sites.measure(sites.lanA(), command));
  }

  /** The same bytes again and again for two seconds, from another address of gw-a to gw-b. */
  Probe repeated(Path bytes, String source, String port, long rate) {
    return Probe.parse(
        sites.measure(
            sites.gateway(1),
            udpRate.toString(),
            "repeat",
            bytes.toString(),
            source,
            Sites.wan(2),
            port,
            "" + rate,
            "2"));
  }

  /** Starts a ping whose output goes to a file; {@code options} are those of ping. */
  Process ping(Path out, Subject s, String... options) {
    List<String> command = new ArrayList<>(List.of("timeout", "20", "ping", "-n"));
    command.addAll(List.of(options));
    command.add(s.target());
    return sites.lanA().start(out, command.toArray(String[]::new));
  }

  /** Waits for the end of a ping. */
  void ended(Process ping) {
    try {
      if (!ping.waitFor(25, TimeUnit.SECONDS)) {
        throw new LabFailure("ping does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted", e);
    }
  }
}
