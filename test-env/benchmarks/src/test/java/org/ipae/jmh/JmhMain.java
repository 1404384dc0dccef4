// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.ipae.bench.report.Step;
import org.ipae.bench.report.StepRun;
import org.ipae.bench.report.StepRun.Cost;
import org.ipae.lab.Distribution;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The program of test-env/jmh: runs the benchmarks whose step matches PATTERN one after the other,
 * with the flags of the daemon, and prints a table. test-env/target/jmh.json gets the same numbers,
 * if no step was left out.
 */
public final class JmhMain {
  private static final Path FILE = Path.of("test-env/target/jmh.json");
  private static final int WARM_UP = 4;
  private static final int MEASURED = 5;

  /** The GC profiler's name for bytes allocated per operation. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private JmhMain() {}

  public static void main(String[] args) throws RunnerException, IOException {
    Pattern pattern = Pattern.compile(args.length > 0 ? args[0] : "", Pattern.CASE_INSENSITIVE);
    String[] flags = flags();
    Map<String, Cost> costs = new LinkedHashMap<>();
    System.out.printf(
        "%-38s %12s %10s %12s %9s   %s%n", "", "ns", "+-", "a second", "bytes", "target");
    for (Step step : Step.ALL) {
      if (pattern.matcher(step.text() + " " + step.method()).find()) {
        Cost cost = measure(step, flags);
        print(step, cost);
        costs.put(step.text(), cost);
      }
    }
    if (costs.isEmpty()) {
      System.err.println("no row matches " + pattern);
      System.exit(2);
    }
    if (costs.size() == Step.ALL.size()) {
      new StepRun(System.currentTimeMillis() / 1_000, costs).write(FILE);
    }
  }

  private static String[] flags() {
    Distribution given = Distribution.given();
    String[] daemon = given.daemonFlags().toArray(String[]::new);
    String[] all = Arrays.copyOf(daemon, daemon.length + 4);
    all[daemon.length] = "-XX:-UsePerfData";
    all[daemon.length + 1] = "--sun-misc-unsafe-memory-access=allow";
    all[daemon.length + 2] = "--enable-native-access=ALL-UNNAMED";
    all[daemon.length + 3] = "-Dorg.ipae.crypto.library=" + given.library();
    return all;
  }

  private static ChainedOptionsBuilder options(Step step) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^org\\.ipae\\.jmh\\." + step.method().replace(".", "\\.") + "$");
    int equals = step.parameter().indexOf('=');
    return equals < 0
        ? options
        : options.param(
            step.parameter().substring(0, equals), step.parameter().substring(equals + 1));
  }

  private static Cost measure(Step step, String... flags) throws RunnerException {
    RunResult result =
        new Runner(
                options(step)
                    .mode(Mode.AverageTime)
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .addProfiler(GCProfiler.class)
                    .forks(1)
                    .jvmArgs(flags)
                    .warmupIterations(WARM_UP)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(MEASURED)
                    .measurementTime(TimeValue.seconds(1))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .runSingle();
    Result<?> time = result.getPrimaryResult();
    long bytes = Math.round(result.getSecondaryResults().get(ALLOCATED).getScore());
    return new Cost(time.getScore(), time.getScoreError(), bytes);
  }

  private static void print(Step step, Cost cost) {
    String target =
        step.target() == 0
            ? ""
            : ">= %,d: %s"
                .formatted(step.target(), cost.perSecond() >= step.target() ? "met" : "MISSED");
    System.out.printf(
        "%-38s %,12.1f %,10.1f %,12.0f %,9d   %s%n",
        step.text(), cost.nanos(), cost.error(), cost.perSecond(), cost.bytes(), target);
  }
}
