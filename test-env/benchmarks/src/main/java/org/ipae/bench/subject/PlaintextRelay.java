// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalDouble;
import org.ipae.bench.report.Column;
import org.jspecify.annotations.Nullable;

/** Superpackets as they are, in plain text, over UDP: the most that user space can carry here. */
public final class PlaintextRelay implements Subject {
  private static final String LINK = "relay0";
  private static final String PORT = "11380";

  private final Sites sites;
  private final Path program;
  private @Nullable Ends ends;

  public PlaintextRelay(Sites sites, Path program) {
    this.sites = sites;
    this.program = program;
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
  public void start() {
    sites.connect(this);
    ends = new Ends(start(1), start(2));
  }

  private Process start(int side) {
    Process p =
        sites
            .gateway(side)
            .start(
                sites.file("relay-" + side), program.toString(), LINK, Sites.wan(3 - side), PORT);
    sites.routeInto(this, side, LINK);
    return p;
  }

  @Override
  public double cpu() {
    return Objects.requireNonNull(ends).cpu();
  }

  @Override
  public OptionalDouble rss() {
    return OptionalDouble.of(Objects.requireNonNull(ends).rss());
  }
}
