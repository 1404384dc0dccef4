// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.util.SortedMap;
import org.ipae.bench.measure.Measure;
import org.jspecify.annotations.Nullable;

/**
 * A row about one measure.
 *
 * @param name of the measure
 * @param text what people read, without the unit
 * @param unit empty if it has none
 * @param decimals how many are shown
 * @param target null if it is there to be looked at
 */
public record Row(
    Section section, String name, String text, String unit, int decimals, @Nullable Target target) {

  /** A heading of the tables. */
  public enum Section {
    RATIOS("targets: ratios of one round"),
    START("targets: start and memory"),
    CPU("IPAE: where the CPU goes, one flow"),
    LOST("IPAE: lost in one round");

    private final String title;

    Section(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** Whether its median is not as it should be. */
  boolean missed(Measure measure) {
    return target != null && !target.met(measure.median());
  }

  /** Whether it compares with something that was not there. */
  boolean without(SortedMap<String, Measure> measures) {
    return name.startsWith("ratio_wireguard_")
        && !measures.containsKey(Column.WIREGUARD.measure("tcp_1_gbit_s"));
  }
}
