// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.util.OptionalDouble;
import org.ipae.bench.report.Column;

/** The gateways forward what they get. */
public final class NoTunnel implements Subject {
  private final Sites sites;

  public NoTunnel(Sites sites) {
    this.sites = sites;
  }

  @Override
  public Column column() {
    return Column.NONE;
  }

  @Override
  public String lan(int side) {
    return "10.1" + side + ".0";
  }

  @Override
  public void start() {
    sites.connect(this);
    for (int side = 1; side <= 2; side++) {
      sites.gateway(side).route(lan(3 - side) + ".0/24", Sites.wan(3 - side));
    }
  }

  @Override
  public double cpu() {
    return 0; // the kernel's work is nobody's
  }

  @Override
  public OptionalDouble rss() {
    return OptionalDouble.empty();
  }
}
