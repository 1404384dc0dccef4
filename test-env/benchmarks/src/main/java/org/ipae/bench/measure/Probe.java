// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

/** Datagrams sent and received, and the seconds that sending took. */
public record Probe(long sent, long received, double seconds) {
  /** Reads the line that udp-rate prints. */
  public static Probe parse(String line) {
    String[] words = line.strip().split(" ", -1);
    return new Probe(
        Long.parseLong(words[0]), Long.parseLong(words[1]), Double.parseDouble(words[2]));
  }
}
