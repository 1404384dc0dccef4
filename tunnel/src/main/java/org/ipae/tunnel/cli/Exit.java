// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

/** Exit codes. Scripts rely on them. */
final class Exit {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_RUNNING = 3;
  static final int NOT_READY = 4;

  private Exit() {}
}
