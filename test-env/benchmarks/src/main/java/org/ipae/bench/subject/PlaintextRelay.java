// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.nio.file.Path;
import org.ipae.bench.report.Column;

/** Superpackets as they are, in plain text, over UDP: the most that user space can carry here. */
public final class PlaintextRelay extends Executable {
  private static final String LINK = "relay0";
  private static final String PORT = "11380";

  public PlaintextRelay(Sites sites, Path program) {
    super(sites, program);
  }

  @Override
  public Column column() {
    return Column.RELAY;
  }

  @Override
  public String lan(int side) {
    return "10.2" + side + ".0";
  }

  @Override
  Process start(int side) {
    Process p =
        sites
            .gateway(side)
            .start(sites.file("relay-" + side), program(), LINK, Sites.wan(3 - side), PORT);
    sites.routeInto(this, side, LINK);
    return p;
  }
}
