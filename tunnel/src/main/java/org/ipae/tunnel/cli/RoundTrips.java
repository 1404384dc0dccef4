// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;

/** The measurements of {@code ping}. Any thread. */
final class RoundTrips {
  private final String peer;
  private long sent;
  private long answered;
  private long least = Long.MAX_VALUE;
  private long most;
  private double sum;
  private double squares;

  RoundTrips(String peer) {
    this.peer = peer;
  }

  /** Counts one attempt (microseconds, or no answer) and returns its line. */
  synchronized String add(OptionalLong rtt) {
    sent++;
    if (rtt.isEmpty()) {
      return "no answer from " + peer + ": seq=" + sent;
    }
    long micros = rtt.getAsLong();
    answered++;
    least = Math.min(least, micros);
    most = Math.max(most, micros);
    sum += micros;
    squares += (double) micros * micros;
    return "answer from " + peer + ": seq=" + sent + " time=" + Amount.millis(micros);
  }

  synchronized long answered() {
    return answered;
  }

  synchronized void summary(PrintWriter out) {
    out.println();
    out.println("--- " + peer + " ping statistics ---");
    long loss = sent == 0 ? 0 : Math.round(100.0 * (sent - answered) / sent);
    out.println(sent + " sent, " + answered + " answered, " + loss + "% loss");
    if (answered > 0) {
      double mean = sum / answered;
      double deviation = Math.sqrt(Math.max(0, squares / answered - mean * mean));
      out.println(
          String.format(
              Locale.ROOT,
              "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms",
              least / 1e3,
              mean / 1e3,
              most / 1e3,
              deviation / 1e3));
    }
    out.flush();
  }
}
