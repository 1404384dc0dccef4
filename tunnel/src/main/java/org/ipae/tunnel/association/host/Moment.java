// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

/**
 * A point of time on the one clock of this process, which goes on while the machine sleeps.
 *
 * @param nanos nanoseconds since some start; round trips are measured with them
 */
public record Moment(long nanos) {

  /** Milliseconds of the same clock: what timers count in. */
  public long millis() {
    return nanos / 1_000_000;
  }
}
