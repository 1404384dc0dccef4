package org.ipae.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks one after the other and prints a table: JSON_FILE PATTERN JVM_FLAG... The
 * file gets the same numbers, if no row was left out.
 */
public final class Main {
  private static final int WARM_UP = 4;
  private static final int MEASURED = 5;

  /** The GC profiler's name for bytes allocated per operation. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private Main() {}

  public static void main(String[] args) throws RunnerException, IOException {
    Path file = Path.of(args[0]);
    Pattern pattern = Pattern.compile(args[1], Pattern.CASE_INSENSITIVE);
    String[] flags = Arrays.copyOfRange(args, 2, args.length);
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("schema", 1).put("time", System.currentTimeMillis() / 1_000);
    ObjectNode rows = root.putObject("rows");
    System.out.printf(
        "%-38s %12s %10s %12s %9s   %s%n", "", "ns", "+-", "a second", "bytes", "target");
    for (Row row : Row.ALL) {
      if (pattern.matcher(row.text() + " " + row.method()).find()) {
        print(row, measure(row, flags), rows.putObject(row.text()));
      }
    }
    if (rows.isEmpty()) {
      System.err.println("no row matches " + pattern);
      System.exit(2);
    }
    if (rows.size() == Row.ALL.length) {
      json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }
  }

  private static RunResult measure(Row row, String... flags) throws RunnerException {
    return new Runner(
            row.options()
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
  }

  private static void print(Row row, RunResult result, ObjectNode json) {
    Result<?> time = result.getPrimaryResult();
    long bytes = Math.round(result.getSecondaryResults().get(ALLOCATED).getScore());
    double perSecond = 1e9 / time.getScore();
    String target =
        row.target() == 0
            ? ""
            : ">= %,d: %s".formatted(row.target(), perSecond >= row.target() ? "met" : "MISSED");
    System.out.printf(
        "%-38s %,12.1f %,10.1f %,12.0f %,9d   %s%n",
        row.text(), time.getScore(), time.getScoreError(), perSecond, bytes, target);
    json.put("ns", time.getScore()).put("error_ns", time.getScoreError());
    json.put("per_second", perSecond).put("bytes", bytes).put("target", row.target());
  }
}
