// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ipae.bench.measure.Measure;
import org.jspecify.annotations.Nullable;

/**
 * A run: where and when it was, and all its measures. bench.json holds one.
 *
 * @param time seconds since 1970
 * @param loadBefore of the machine, over a minute
 */
public record Run(
    long time,
    int rounds,
    int cores,
    String cpu,
    String kernel,
    double loadBefore,
    double loadAfter,
    SortedMap<String, Measure> measures) {
  private static final int SCHEMA = 1;

  /** How many medians are not as they should be. */
  public long missed() {
    return rows().stream().filter(r -> r.missed(measure(r.name()))).count();
  }

  /** The rows that there are numbers for; all but those about a column that is not there. */
  List<Row> rows() {
    return Rows.ALL.stream().filter(r -> !r.without(measures)).toList();
  }

  /** The columns that there are numbers for. */
  List<Column> columns() {
    return List.of(Column.values()).stream()
        .filter(c -> measures.containsKey(c.measure(Rows.METRICS.getFirst().name())))
        .toList();
  }

  Measure measure(String name) {
    Measure m = measures.get(name);
    if (m == null) {
      throw new IllegalStateException("nothing was measured for " + name);
    }
    return m;
  }

  /** Median and spread; {@code otherwise} if nothing was measured. */
  String cell(String name, int decimals, String otherwise) {
    Measure m = measures.get(name);
    return m == null
        ? otherwise
        : "%s (%s - %s)"
            .formatted(
                fixed(m.median(), decimals),
                fixed(m.least(), decimals),
                fixed(m.greatest(), decimals));
  }

  static String fixed(double number, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", number);
  }

  String date() {
    return Instant.ofEpochSecond(time).atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  /** Writes all measures, with the targets of those that have one. */
  public void write(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("schema", SCHEMA).put("time", time).put("rounds", rounds).put("cores", cores);
    root.put("cpu", cpu).put("kernel", kernel);
    root.put("load_before", loadBefore).put("load_after", loadAfter).put("missed", missed());
    ObjectNode rows = root.putObject("rows");
    for (Row row : rows()) {
      put(rows, row.name(), measure(row.name()), row.target());
    }
    measures.forEach((name, measure) -> {
      if (!rows.has(name)) {
        put(rows, name, measure, null);
      }
    });
    json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
  }

  private static void put(ObjectNode rows, String name, Measure m, @Nullable Target target) {
    ObjectNode row = rows.putObject(name);
    row.put("median", m.median()).put("min", m.least()).put("max", m.greatest());
    ArrayNode samples = row.putArray("samples");
    m.samples().forEach(samples::add);
    if (target == null) {
      row.putNull("target").putNull("met");
    } else {
      row.put("target", target.number()).put("met", target.met(m.median()));
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Run read(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    SortedMap<String, Measure> measures = new TreeMap<>();
    root.path("rows")
        .properties()
        .forEach(row -> {
          List<Double> samples = new ArrayList<>();
          row.getValue().path("samples").forEach(s -> samples.add(s.asDouble()));
          measures.put(row.getKey(), new Measure(samples));
        });
    return new Run(
        root.path("time").asLong(),
        root.path("rounds").asInt(),
        root.path("cores").asInt(),
        root.path("cpu").asText(),
        root.path("kernel").asText(),
        root.path("load_before").asDouble(),
        root.path("load_after").asDouble(),
        measures);
  }
}
