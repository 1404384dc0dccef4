// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ipae.bench.measure.Measure;

/** Runs with made-up numbers, for the tests of what is made of them. */
final class Example {
  private Example() {}

  /** Every row has 1, 2, 3; metrics of a column have its number in front. */
  static Run run(Column... columns) {
    SortedMap<String, Measure> measures = new TreeMap<>();
    for (Column c : columns) {
      for (Metric m : Rows.METRICS) {
        double base = 10 * (c.ordinal() + 1);
        measures.put(c.measure(m.name()), new Measure(List.of(base + 3, base + 1, base + 2)));
      }
    }
    for (Row r : Rows.ALL) {
      if (!r.without(measures)) {
        measures.put(r.name(), new Measure(List.of(1.0, 3.0, 2.0)));
      }
    }
    measures.remove(Column.NONE.measure("rss_mb"));
    return new Run(1_795_626_244L, 3, 2, "A <CPU>", "6.18.44", 0.5, 1.25, measures);
  }

  /** Each takes 400 ns. */
  static StepRun steps() {
    Map<String, StepRun.Cost> costs = new LinkedHashMap<>();
    Step.ALL.forEach(
        s -> costs.put(s.text(), new StepRun.Cost(400, 1, s == Step.SEAL_JDK ? 9 : 0)));
    return new StepRun(1_795_626_244L, costs);
  }
}
