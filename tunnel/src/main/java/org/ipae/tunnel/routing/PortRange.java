// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

/**
 * UDP ports one after the other.
 *
 * @param first 1..65535
 * @param last not below the first
 */
public record PortRange(int first, int last) {
  private static final int MOST = 65_535;

  public PortRange {
    if (first < 1 || last < first || last > MOST) {
      throw new IllegalArgumentException("not a range of ports: " + first + "-" + last);
    }
  }

  public int size() {
    return last - first + 1;
  }

  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  /** Whether a port is in both. */
  public boolean meets(PortRange other) {
    return first <= other.last && other.first <= last;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
