// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.util.Locale;
import java.util.stream.Collectors;
import org.ipae.bench.measure.Measure;

/** The tables of test-env/README.md. */
public final class Markdown {
  private static final String MISSED = "**missed**";

  private Markdown() {}

  /** Puts both runs where the text has comments for them, bench and jmh. */
  public static String into(String text, Run run, StepRun steps) {
    return between(between(text, "bench", bench(run, steps)), "jmh", jmh(steps));
  }

  private static String between(String text, String name, String table) {
    String begin = "<!-- " + name + " -->\n";
    int from = text.indexOf(begin);
    int to = text.indexOf("\n<!-- /" + name + " -->");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no place for " + name);
    }
    return text.substring(0, from) + begin + "\n" + table + text.substring(to);
  }

  static String bench(Run run, StepRun steps) {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        One run of `test-env/bench` on %s: %s, %d cores, kernel %s; both gateways,
        source and sink of the traffic on this one machine; medians (least - greatest) of %d rounds, in turn.

        """
            .formatted(run.date(), run.cpu(), run.cores(), run.kernel(), run.rounds()));
    row(out, "", run.columns().stream().map(Column::title).collect(Collectors.joining(" | ")));
    out.append("|---".repeat(1 + run.columns().size())).append("|\n");
    for (Metric m : Rows.METRICS) {
      row(
          out,
          m.text().strip(),
          run.columns().stream()
              .map(c -> run.cell(c.measure(m.name()), m.decimals(), "-"))
              .collect(Collectors.joining(" | ")));
    }
    out.append("\n| target | wanted | measured | |\n|---|---|---|---|\n");
    for (Row r : run.rows()) {
      Target target = r.target();
      if (target != null) {
        Measure m = run.measure(r.name());
        String unit = r.unit().isEmpty() ? "" : ", " + r.unit();
        target(
            out,
            r.text().strip() + unit,
            target.toString(),
            run.cell(r.name(), r.decimals(), ""),
            target.met(m.median()));
      }
    }
    for (Step s : Step.ALL) {
      if (s.target() > 0) {
        double measured = steps.cost(s).perSecond();
        target(
            out,
            s.text() + ", a second and core (JMH)",
            ">= " + s.target(),
            Run.fixed(measured, 0),
            measured >= s.target());
      }
    }
    long library = garbage(steps, Step.SEAL, Step.OPEN);
    target(
        out,
        "garbage per packet, sealed and opened, bytes (JMH)",
        "only the cipher's",
        library + " with AWS-LC, " + garbage(steps, Step.SEAL_JDK, Step.OPEN_JDK) + " with the JDK",
        library == 0);
    return out.toString();
  }

  private static long garbage(StepRun steps, Step seal, Step open) {
    return steps.cost(seal).bytes() + steps.cost(open).bytes();
  }

  static String jmh(StepRun run) {
    StringBuilder out = new StringBuilder();
    row(out, run.date(), "ns | a second | bytes of garbage | target");
    out.append("|---|---|---|---|---|\n");
    for (Step s : Step.ALL) {
      StepRun.Cost c = run.cost(s);
      String target =
          s.target() == 0
              ? ""
              : String.format(Locale.ROOT, ">= %,d: ", s.target())
                  + mark(c.perSecond() >= s.target());
      row(
          out,
          s.text(),
          String.format(
              Locale.ROOT, "%.0f | %,.0f | %d | %s", c.nanos(), c.perSecond(), c.bytes(), target));
    }
    return out.toString();
  }

  private static void target(
      StringBuilder out, String text, String wanted, String measured, boolean met) {
    row(out, text, wanted + " | " + measured + " | " + mark(met));
  }

  private static String mark(boolean met) {
    return met ? "met" : MISSED;
  }

  private static void row(StringBuilder out, String text, String cells) {
    out.append("| ").append(text).append(" | ").append(cells).append(" |\n");
  }
}
