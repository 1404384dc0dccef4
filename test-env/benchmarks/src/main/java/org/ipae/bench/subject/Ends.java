// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import org.ipae.bench.measure.Usage;

/** A process on each gateway. */
record Ends(Process a, Process b) {
  double cpu() {
    return Usage.cpuSeconds(a.pid()) + Usage.cpuSeconds(b.pid());
  }

  double rss() {
    return Usage.megabytes(a.pid(), "VmRSS");
  }
}
