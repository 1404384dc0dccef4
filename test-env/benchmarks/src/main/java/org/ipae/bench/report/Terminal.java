// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import org.ipae.bench.measure.Measure;

/** A run as tables of text. */
public final class Terminal {
  private static final int WIDTH = 105;

  private Terminal() {}

  /** All tables, the comparison first. */
  public static String tables(Run run) {
    StringBuilder out = new StringBuilder();
    comparison(out, run);
    for (Row.Section section : Row.Section.values()) {
      line(out, "");
      line(
          out,
          "%-46s %10s  %21s  %-9s %-9s"
              .formatted(section.title(), "median", "min - max", "unit", "target"));
      line(out, "-".repeat(WIDTH));
      run.rows().stream()
          .filter(r -> r.section() == section)
          .forEach(r -> row(out, r, run.measure(r.name())));
    }
    return out.toString();
  }

  private static void comparison(StringBuilder out, Run run) {
    StringBuilder head = new StringBuilder("%-38s".formatted("medians (least - greatest)"));
    run.columns().forEach(c -> head.append(" %24s".formatted(c.title())));
    line(out, head.toString());
    for (Metric metric : Rows.METRICS) {
      StringBuilder row = new StringBuilder("%-38s".formatted(metric.text()));
      for (Column c : run.columns()) {
        String name = c.measure(metric.name());
        row.append(" %24s".formatted(run.cell(name, metric.decimals(), "-")));
      }
      line(out, row.toString());
    }
  }

  private static void row(StringBuilder out, Row row, Measure m) {
    Target target = row.target();
    String mark = target == null ? "" : target.met(m.median()) ? "ok" : "MISSED";
    String spread =
        Run.fixed(m.least(), row.decimals()) + " - " + Run.fixed(m.greatest(), row.decimals());
    line(
        out,
        "%-46s %10s  %21s  %-9s %-9s %s"
            .formatted(
                row.text(),
                Run.fixed(m.median(), row.decimals()),
                spread,
                row.unit(),
                target == null ? "" : target,
                mark));
  }

  private static void line(StringBuilder out, String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}
