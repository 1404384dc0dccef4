// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What test-env/jmh has measured, by the text of the step. jmh.json holds one.
 *
 * @param time seconds since 1970
 */
public record StepRun(long time, Map<String, Cost> costs) {
  /**
   * Of one operation.
   *
   * @param nanos its time
   * @param error half the width of the confidence interval of 99.9 %, nanoseconds
   * @param bytes what it leaves to the garbage collector
   */
  public record Cost(double nanos, double error, long bytes) {
    /** Operations a second of one core. */
    public double perSecond() {
      return 1e9 / nanos;
    }
  }

  Cost cost(Step step) {
    Cost cost = costs.get(step.text());
    if (cost == null) {
      throw new IllegalStateException("nothing was measured for " + step.text());
    }
    return cost;
  }

  String date() {
    return Instant.ofEpochSecond(time).atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  /** Writes all of it, with the targets. */
  public void write(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode().put("schema", 1).put("time", time);
    ObjectNode rows = root.putObject("rows");
    for (Step step : Step.ALL) {
      Cost cost = cost(step);
      rows.putObject(step.text())
          .put("ns", cost.nanos())
          .put("error_ns", cost.error())
          .put("per_second", cost.perSecond())
          .put("bytes", cost.bytes())
          .put("target", step.target());
    }
    json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
  }

  /** Reads what {@link #write} wrote. */
  public static StepRun read(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    Map<String, Cost> costs = new LinkedHashMap<>();
    root.path("rows")
        .properties()
        .forEach(row -> {
          JsonNode cost = row.getValue();
          costs.put(
              row.getKey(),
              new Cost(
                  cost.path("ns").asDouble(),
                  cost.path("error_ns").asDouble(),
                  cost.path("bytes").asLong()));
        });
    return new StepRun(root.path("time").asLong(), costs);
  }
}
