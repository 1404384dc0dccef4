package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of test-env/jmh still run; nothing is measured here. */
class BenchmarkTest {
  private static final int BENCHMARKS = 12;

  @Test
  @Tag("once")
  void everyBenchmarkRuns() throws Exception {
    int results =
        new Runner(
                new OptionsBuilder()
                    .include("^org\\.ipae\\.jmh\\.")
                    .param("by", "JDK") // another implementation takes another JVM
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(20))
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run()
            .size();
    assertEquals(BENCHMARKS, results);
  }
}
