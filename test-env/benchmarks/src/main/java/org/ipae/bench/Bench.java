// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ipae.bench.measure.Measures;
import org.ipae.bench.report.Chart;
import org.ipae.bench.report.Markdown;
import org.ipae.bench.report.Run;
import org.ipae.bench.report.StepRun;
import org.ipae.bench.report.Terminal;
import org.ipae.bench.subject.Ipae;
import org.ipae.bench.subject.NoTunnel;
import org.ipae.bench.subject.PlaintextRelay;
import org.ipae.bench.subject.Programs;
import org.ipae.bench.subject.Sites;
import org.ipae.bench.subject.Subject;
import org.ipae.bench.subject.WireguardGo;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.LabFailure;

/**
 * The program of test-env/bench, run in the folder of the repository: {@code --rounds N} measures,
 * {@code --readme} puts the numbers of the last runs into test-env/README.md.
 */
public final class Bench {
  private static final Path TARGET = Path.of("test-env/target");
  private static final Path JSON = TARGET.resolve("bench.json");
  private static final Path C = Path.of("test-env/benchmarks/src/main/c");
  private static final int WARM_UP_SECONDS = 4;

  private final Sites sites;
  private final Measures measures = new Measures();
  private final int rounds;

  private Bench(Sites sites, int rounds) {
    this.sites = sites;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws IOException {
    if (args.length == 1 && args[0].equals("--readme")) {
      readme();
      return;
    }
    if (args.length != 2 || !args[0].equals("--rounds") || !args[1].matches("[1-9]")) {
      System.err.println("usage: test-env/bench [--rounds N] | --readme");
      System.exit(2);
    }
    try (Sites sites = new Sites()) {
      new Bench(sites, Integer.parseInt(args[1])).run();
    } catch (LabFailure e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void readme() throws IOException {
    Path readme = Path.of("test-env/README.md");
    Path jmh = TARGET.resolve("jmh.json");
    if (!Files.isReadable(JSON) || !Files.isReadable(jmh)) {
      System.err.println(
          "run test-env/bench and test-env/jmh first: they make " + JSON + ", " + jmh);
      System.exit(1);
    }
    String text = Files.readString(readme);
    Files.writeString(readme, Markdown.into(text, Run.read(JSON), StepRun.read(jmh)));
    say(readme + " has the numbers of " + JSON + " and " + jmh);
  }

  private void run() throws IOException {
    Distribution distribution = Distribution.given().copy(sites.file("ipae")).prepare();
    List<Subject> subjects = new ArrayList<>();
    subjects.add(new NoTunnel(sites));
    Path relay = Programs.compile(C.resolve("plaintext-relay.c"), sites.file("plaintext-relay"));
    subjects.add(new PlaintextRelay(sites, relay));
    Optional<Path> wireguard = Programs.wireguardGo(TARGET.resolve("peers").toAbsolutePath());
    if (wireguard.isPresent()) {
      subjects.add(new WireguardGo(sites, wireguard.get()));
    } else {
      say("wireguard-go could not be fetched: not compared; name one with WIREGUARD_GO=FILE");
    }
    Ipae ipae = new Ipae(sites, distribution);
    subjects.add(ipae);
    try {
      measure(subjects, ipae, distribution);
    } catch (LabFailure e) {
      for (int side = 1; side <= 2; side++) {
        ipae.gateway(side).logs().forEach(log -> System.err.print(sites.text(log)));
      }
      throw e;
    }
  }

  private void measure(List<Subject> subjects, Ipae ipae, Distribution distribution)
      throws IOException {
    for (Subject s : subjects) {
      s.start();
      awaitWay(s);
    }
    Path udpRate = Programs.compile(C.resolve("udp-rate.c"), sites.file("udp-rate"));
    Traffic traffic = new Traffic(sites, udpRate);
    // The JIT compiler has seen everybody's first flow; how IPAE's goes is measured after restarts.
    for (Subject s : subjects) {
      traffic.tcp(s, "-t", "" + WARM_UP_SECONDS);
    }
    double load = Machine.load();
    rounds(subjects, ipae, distribution, traffic);
    report(Machine.run(rounds, load, measures.all()), ipae);
  }

  /** Also for the cookies that gw-a keeps for its restarts. */
  private void awaitWay(Subject s) {
    for (int i = 0; i < 20; i++) {
      if (sites.lanA().pings(s.target(), 3, 0.2) == 3) {
        return;
      }
    }
    throw new LabFailure("no way through: " + s.column().title());
  }

  private void rounds(
      List<Subject> subjects, Ipae ipae, Distribution distribution, Traffic traffic) {
    Comparison comparison = new Comparison(sites, subjects, traffic, measures);
    for (int round = 1; round <= rounds; round++) {
      comparison.round();
      StringBuilder line = new StringBuilder("round %d of %d, one flow:".formatted(round, rounds));
      for (Subject s : subjects) {
        double gbits = measures.last(s.measure("tcp_1_gbit_s"));
        line.append(String.format(Locale.ROOT, " %s %.2f ", s.column().id(), gbits));
      }
      say(line + " Gbit/s");
    }
    Flood flood = new Flood(sites, ipae, distribution, traffic, measures);
    for (int round = 0; round < rounds; round++) {
      flood.round();
    }
    new Strangers(sites, ipae, traffic, measures).round();
    Restarts restarts = new Restarts(sites, ipae, traffic, measures);
    for (int round = 0; round < rounds; round++) {
      restarts.round();
    }
    restarts.idlePeers();
    new LivePeers(measures).round();
  }

  private static void report(Run run, Ipae ipae) throws IOException {
    say("");
    say(Terminal.tables(run));
    complaints(ipae);
    Files.createDirectories(TARGET);
    run.write(JSON);
    Files.writeString(TARGET.resolve("bench.svg"), Chart.svg(run));
    say(
        "load of the machine (1 min, %d cores): %s before, %s after"
            .formatted(run.cores(), run.loadBefore(), run.loadAfter()));
    say("targets missed: %d. Numbers, and a chart in bench.svg: %s".formatted(run.missed(), JSON));
  }

  /** "closed by the peer" is what gw-b says of the restarts. */
  private static void complaints(Ipae ipae) throws IOException {
    List<String> complaints = new ArrayList<>();
    for (int side = 1; side <= 2; side++) {
      Gateway g = ipae.gateway(side);
      for (Path log : g.logs()) {
        Files.readAllLines(log).stream()
            .filter(l -> l.contains(" WARNING ") || l.contains(" ERROR "))
            .filter(l -> !l.contains("closed by the peer"))
            .forEach(complaints::add);
      }
    }
    if (!complaints.isEmpty()) {
      say("the daemons complained:");
      complaints.stream().limit(10).forEach(l -> say("  " + l));
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
