// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.ipae.bench.measure.Measure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Run run = Example.run(Column.values());
    run.write(folder.resolve("bench.json"));
    assertEquals(run, Run.read(folder.resolve("bench.json")));
    StepRun steps = Example.steps();
    steps.write(folder.resolve("jmh.json"));
    assertEquals(steps, StepRun.read(folder.resolve("jmh.json")));
  }

  @Test
  void theFileHasTheKeysThatOthersRead() throws Exception {
    Path file = folder.resolve("bench.json");
    Run run = Example.run(Column.values());
    run.write(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals(
        Set.of(
            "schema",
            "time",
            "rounds",
            "cores",
            "cpu",
            "kernel",
            "load_before",
            "load_after",
            "missed",
            "rows"),
        new HashSet<>(json.properties().stream().map(e -> e.getKey()).toList()));
    JsonNode row = json.path("rows").path("ratio_relay_tcp_1");
    assertEquals(
        "{\"median\":2.0,\"min\":1.0,\"max\":3.0,\"samples\":[1.0,3.0,2.0],\"target\":0.6,\"met\":true}",
        row.toString());
    assertTrue(json.path("rows").path("ipae_tcp_1_gbit_s").path("target").isNull());
    assertEquals(run.missed(), json.path("missed").asLong());
  }

  @Test
  void aMedianThatIsNotAsItShouldBeIsMissed() {
    // Of 2: 64-byte datagrams should be 3, requests refused 100,000; pings 1 and CPU 0.5 at most.
    assertEquals(
        List.of(
            "ratio_wireguard_udp_64_s",
            "ratio_wireguard_ping_us",
            "ratio_wireguard_ping_loaded_us",
            "ratio_wireguard_cpu_s_per_gb",
            "flood_requests_s",
            "flood_pings_lost",
            "strangers_inits_s",
            "strangers_inits_pings_lost",
            "strangers_requests_s",
            "strangers_requests_pings_lost"),
        missed(Example.run(Column.values())));
    assertEquals(
        List.of(
            "flood_requests_s",
            "flood_pings_lost",
            "strangers_inits_s",
            "strangers_inits_pings_lost",
            "strangers_requests_s",
            "strangers_requests_pings_lost"),
        missed(Example.run(Column.NONE, Column.RELAY, Column.IPAE)));
  }

  private static List<String> missed(Run run) {
    List<String> names =
        run.rows().stream().filter(r -> r.missed(run.measure(r.name()))).map(Row::name).toList();
    assertEquals(names.size(), run.missed());
    return names;
  }

  @Test
  void aRowWithoutANumberIsAnError() {
    Run run = Example.run(Column.values());
    TreeMap<String, Measure> fewer = new TreeMap<>(run.measures());
    fewer.remove("ready_ms");
    Run broken = new Run(run.time(), 3, 2, "", "", 0, 0, fewer);
    assertThrows(IllegalStateException.class, broken::missed);
  }

  @Test
  void everyRowHasANameOfItsOwn() {
    Set<String> names = new HashSet<>();
    Rows.ALL.forEach(r -> assertTrue(names.add(r.name()), r.name()));
    Rows.METRICS.forEach(m -> assertTrue(names.add(m.name()), m.name()));
    Set<String> steps = new HashSet<>();
    Step.ALL.forEach(s -> assertTrue(steps.add(s.text()), s.text()));
  }

  @Test
  void aTargetIsARelationAndANumber() {
    assertTrue(Target.of(">=2.0").met(2));
    assertFalse(Target.of(">=2.0").met(1.99));
    assertTrue(Target.of("<=1").met(1));
    assertFalse(Target.of("<=1").met(1.01));
    assertTrue(Target.of("<200").met(199.9));
    assertFalse(Target.of("<200").met(200));
    assertThrows(IllegalArgumentException.class, () -> Target.of("=1"));
  }
}
