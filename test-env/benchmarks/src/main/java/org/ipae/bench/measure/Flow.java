// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * TCP flows of iperf3.
 *
 * @param gbits received a second, without the seconds that were left out, in 10^9 bits
 * @param bytes sent, with them
 * @param retransmits segments sent twice
 */
public record Flow(double gbits, double bytes, double retransmits) {
  /** Reads what {@code iperf3 -J} prints. */
  public static Flow parse(String json) {
    JsonNode report;
    try {
      report = new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double bytes = 0;
    for (JsonNode interval : report.path("intervals")) {
      bytes += interval.path("sum").path("bytes").asDouble();
    }
    return new Flow(
        report.at("/end/sum_received/bits_per_second").asDouble() / 1e9,
        bytes,
        report.at("/end/sum_sent/retransmits").asDouble());
  }
}
