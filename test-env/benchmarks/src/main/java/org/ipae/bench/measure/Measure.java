// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import java.util.List;

/** What was measured under one name, once a round, in the order of the rounds. */
public record Measure(List<Double> samples) {
  /** At least one sample. */
  public Measure {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    samples = List.copyOf(samples);
  }

  /** The middle one; of an even number the mean of the two in the middle. */
  public double median() {
    List<Double> sorted = samples.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  public double least() {
    return samples.stream().mapToDouble(x -> x).min().orElseThrow();
  }

  public double greatest() {
    return samples.stream().mapToDouble(x -> x).max().orElseThrow();
  }
}
