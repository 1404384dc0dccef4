package org.ipae.jmh;

import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks one after the other and prints a table: PATTERN JVM_FLAG... */
public final class Main {
  private static final int WARM_UP = 4;
  private static final int MEASURED = 5;

  private Main() {}

  public static void main(String[] args) throws RunnerException {
    Pattern pattern = Pattern.compile(args[0], Pattern.CASE_INSENSITIVE);
    String[] flags = java.util.Arrays.copyOfRange(args, 1, args.length);
    System.out.printf("%-38s %12s %10s %12s   %s%n", "", "ns", "+-", "a second", "target");
    int rows = 0;
    for (Row row : Row.ALL) {
      if (pattern.matcher(row.text() + " " + row.method()).find()) {
        print(row, measure(row, flags));
        rows++;
      }
    }
    if (rows == 0) {
      System.err.println("no row matches " + pattern);
      System.exit(2);
    }
  }

  private static Result<?> measure(Row row, String... flags) throws RunnerException {
    return new Runner(
            row.options()
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .jvmArgs(flags)
                .warmupIterations(WARM_UP)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(MEASURED)
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .runSingle()
        .getPrimaryResult();
  }

  private static void print(Row row, Result<?> result) {
    double perSecond = 1e9 / result.getScore();
    String target =
        row.target() == 0
            ? ""
            : ">= %,d: %s".formatted(row.target(), perSecond >= row.target() ? "met" : "MISSED");
    System.out.printf(
        "%-38s %,12.1f %,10.1f %,12.0f   %s%n",
        row.text(), result.getScore(), result.getScoreError(), perSecond, target);
  }
}
