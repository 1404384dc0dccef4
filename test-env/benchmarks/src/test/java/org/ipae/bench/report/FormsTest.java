// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** One run on the terminal, as a picture and in the README. */
class FormsTest {
  private final Run run = Example.run(Column.values());

  private static void has(String text, String line) {
    assertTrue(text.lines().anyMatch(line::equals), () -> line + "\nis not in\n" + text);
  }

  @Test
  void theTerminalShowsMedianSpreadAndWhetherATargetIsMet() {
    String text = Terminal.tables(run);
    has(
        text,
        "medians (least - greatest)                            no tunnel          plaintext relay"
            + "             wireguard-go                     IPAE");
    has(
        text,
        "one TCP flow, Gbit/s                      12.00 (11.00 - 13.00)    22.00 (21.00 - 23.00)"
            + "    32.00 (31.00 - 33.00)    42.00 (41.00 - 43.00)");
    has(
        text,
        "one TCP flow / plaintext relay                       2.00            1.00 - 3.00            >= 0.60   ok");
    has(
        text,
        "COOKIE_REQUESTs refused                                 2                  1 - 3  1/s       >= 100000 MISSED");
    Rows.ALL.forEach(
        r -> assertTrue(text.lines().anyMatch(l -> l.startsWith(r.text() + "  ")), r.text()));
  }

  @Test
  void aColumnThatIsNotThereIsLeftOut() {
    Run without = Example.run(Column.NONE, Column.RELAY, Column.IPAE);
    for (String text :
        new String[] {
          Terminal.tables(without), Chart.svg(without), Markdown.bench(without, Example.steps())
        }) {
      assertFalse(text.contains("wireguard"), text);
      assertTrue(text.contains("plaintext relay"), text);
    }
  }

  @Test
  void theChartIsAnXmlDocumentWithABarForEachColumnOfEachMetric() throws Exception {
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(Chart.svg(run))));
    long metrics = Rows.METRICS.stream().filter(Metric::chart).count();
    assertEquals(5, metrics);
    assertEquals(1 + metrics * 4, document.getElementsByTagName("rect").getLength());
    has(
        Chart.svg(run),
        "<rect x=\"138\" y=\"155\" width=\"520.0\" height=\"17\" fill=\"#0f7b6c\"/>");
    has(Chart.svg(run), "<text x=\"664\" y=\"168\">42.00</text>");
  }

  @Test
  void theReadmeHasEveryTargetWithTheTextOfItsRow() {
    String text = Markdown.bench(run, Example.steps());
    has(text, "| | no tunnel | plaintext relay | wireguard-go | IPAE |".replace("| |", "|  |"));
    has(text, "| ping, idle, us | 12 (11 - 13) | 22 (21 - 23) | 32 (31 - 33) | 42 (41 - 43) |");
    has(text, "| RSS of one end, MB | - | 22 (21 - 23) | 32 (31 - 33) | 42 (41 - 43) |");
    has(text, "| exec to ready, ms | <= 1000 | 2 (1 - 3) | met |");
    has(text, "| COOKIE_REQUESTs refused, 1/s | >= 100000 | 2 (1 - 3) | **missed** |");
    has(text, "| answer a COOKIE_REQUEST, a second and core (JMH) | >= 500000 | 2500000 | met |");
    has(
        text,
        "| garbage per packet, sealed and opened, bytes (JMH) | only the cipher's | 0 with AWS-LC,"
            + " 9 with the JDK | met |");
    long targets = Rows.ALL.stream().filter(r -> r.target() != null).count();
    targets += Step.ALL.stream().filter(s -> s.target() > 0).count() + 1;
    assertEquals(
        targets, text.lines().filter(l -> l.contains("met |") || l.contains("missed")).count());
  }

  @Test
  void theTablesGoBetweenTheirCommentsAndNothingElseChanges() throws Exception {
    String text =
        "a\n<!-- bench -->\n\nold\n\n<!-- /bench -->\nb\n<!-- jmh -->\n<!-- /jmh -->\nc\n";
    String once = Markdown.into(text, run, Example.steps());
    assertTrue(once.startsWith("a\n<!-- bench -->\n\nOne run of"), once);
    assertTrue(once.endsWith("|\n\n<!-- /jmh -->\nc\n"), once);
    assertFalse(once.contains("old"));
    assertEquals(once, Markdown.into(once, run, Example.steps()));
    assertThrows(IllegalArgumentException.class, () -> Markdown.into("", run, Example.steps()));
    String readme = Files.readString(Path.of("../README.md"));
    assertTrue(Markdown.into(readme, run, Example.steps()).contains("42 (41 - 43)"));
  }
}
