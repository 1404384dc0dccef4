// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.util.List;

/** A run as bars, an SVG picture; each metric to its own scale. */
public final class Chart {
  private static final int GROUP = 118;
  private static final int BAR = 21;
  private static final double WIDEST = 520;

  private Chart() {}

  /** The picture. */
  public static String svg(Run run) {
    List<Metric> metrics = Rows.METRICS.stream().filter(Metric::chart).toList();
    StringBuilder out = new StringBuilder();
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="760" height="%d" font-family="sans-serif" font-size="13">
        <rect width="100%%" height="100%%" fill="white"/>
        <text x="20" y="28" font-size="17">IPAE beside others, one run, medians of %d rounds</text>
        <text x="20" y="48" fill="#52606d">%s, %s, %d cores, kernel %s; both ends on this machine</text>
        """
            .formatted(
                70 + GROUP * metrics.size(),
                run.rounds(),
                run.date(),
                escape(run.cpu()),
                run.cores(),
                run.kernel()));
    for (int i = 0; i < metrics.size(); i++) {
      group(out, run, metrics.get(i), GROUP * i);
    }
    return out.append("</svg>\n").toString();
  }

  private static void group(StringBuilder out, Run run, Metric metric, int top) {
    out.append(
        "<text x=\"20\" y=\"%d\" font-weight=\"bold\">%s</text>\n"
            .formatted(84 + top, escape(metric.text())));
    double most =
        run.columns().stream().mapToDouble(c -> median(run, c, metric)).max().orElseThrow();
    int y = 92 + top;
    for (Column c : run.columns()) {
      double median = median(run, c, metric);
      double wide = most == 0 ? 0 : WIDEST * median / most;
      out.append(
          """
          <text x="130" y="%d" text-anchor="end">%s</text>
          <rect x="138" y="%d" width="%s" height="17" fill="%s"/>
          <text x="%s" y="%d">%s</text>
          """
              .formatted(
                  y + 13,
                  c.title(),
                  y,
                  Run.fixed(wide, 1),
                  c.colour(),
                  Run.fixed(144 + wide, 0),
                  y + 13,
                  Run.fixed(median, metric.decimals())));
      y += BAR;
    }
  }

  private static double median(Run run, Column column, Metric metric) {
    return run.measure(column.measure(metric.name())).median();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
