// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.nio.file.Path;

/** Another process holds the control socket. */
public final class AlreadyServed extends IOException {
  private static final long serialVersionUID = 1;

  AlreadyServed(Path socket, int process) {
    super(
        "already running: "
            + (process > 0 ? "process " + process : "another process")
            + " holds "
            + socket
            + "; stop it first, or give this one a socket of its own");
  }
}
