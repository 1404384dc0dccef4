// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A subject that is one executable file, which makes an interface on each gateway. */
abstract class Executable extends ProcessPair {
  private final Path program;
  private final List<Process> processes = new ArrayList<>();

  Executable(Sites sites, Path program) {
    super(sites);
    this.program = program;
  }

  final String program() {
    return program.toString();
  }

  @Override
  public final void start() {
    sites.connect(this);
    for (int side = 1; side <= 2; side++) {
      processes.add(start(side));
    }
  }

  /** Starts the process of a side, and routes the other side's LAN into its interface. */
  abstract Process start(int side);

  @Override
  final long pid(int side) {
    return processes.get(side - 1).pid();
  }
}
