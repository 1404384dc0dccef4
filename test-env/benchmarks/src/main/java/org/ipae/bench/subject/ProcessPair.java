// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.util.OptionalDouble;
import org.ipae.bench.measure.Usage;

/** A subject that is a process on each gateway. */
abstract class ProcessPair implements Subject {
  final Sites sites;

  ProcessPair(Sites sites) {
    this.sites = sites;
  }

  /** The id of the process of a side, 1 or 2, that runs now. */
  abstract long pid(int side);

  @Override
  public final double cpu() {
    return Usage.cpuSeconds(pid(1)) + Usage.cpuSeconds(pid(2));
  }

  @Override
  public final OptionalDouble rss() {
    return OptionalDouble.of(Usage.megabytes(pid(1), "VmRSS"));
  }
}
