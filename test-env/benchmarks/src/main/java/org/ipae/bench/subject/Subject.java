// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.util.OptionalDouble;
import org.ipae.bench.report.Column;

/** What carries packets between the gateways. */
public interface Subject {
  /** Where its numbers are shown. */
  Column column();

  /** The first three bytes of its LAN on a side, 1 or 2. */
  String lan(int side);

  /** Starts it on both gateways. */
  void start();

  /** CPU time of both ends so far, seconds. */
  double cpu();

  /** Memory of gw-a's end, 10^6 bytes; nothing if it is no process. */
  OptionalDouble rss();

  /** The host behind gw-b. */
  default String target() {
    return lan(2) + ".2";
  }

  /** The name of its measure of a metric. */
  default String measure(String metric) {
    return column().measure(metric);
  }
}
