// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that a run measures, by name. */
public final class Measures {
  private final Map<String, List<Double>> samples = new TreeMap<>();

  /** Adds a sample. */
  public void record(String name, double value) {
    samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  /** Adds a number of things. */
  public void record(String name, long count) {
    record(name, (double) count);
  }

  /** The latest sample of that name, which must be there. */
  public double last(String name) {
    List<Double> all = samples.get(name);
    if (all == null) {
      throw new IllegalStateException("nothing was measured for " + name);
    }
    return all.getLast();
  }

  /** Adds the quotient of the latest samples of two others: of the same round. */
  public void ratio(String name, String of, String to) {
    record(name, last(of) / last(to));
  }

  /** All of them so far. */
  public SortedMap<String, Measure> all() {
    SortedMap<String, Measure> all = new TreeMap<>();
    samples.forEach((name, list) -> all.put(name, new Measure(list)));
    return all;
  }
}
