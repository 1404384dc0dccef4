// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.ipae.bench.report.Step;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of test-env/jmh still run; nothing is measured here. */
class BenchmarkTest {
  @Test
  void everyStepHasABenchmarkThatRuns() throws Exception {
    Set<String> ran = new TreeSet<>();
    for (RunResult r :
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
            .run()) {
      ran.add(r.getParams().getBenchmark().replace("org.ipae.jmh.", ""));
    }
    Set<String> wanted = new TreeSet<>();
    Step.ALL.forEach(s -> wanted.add(s.method()));
    assertEquals(wanted, ran);
  }
}
