// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.nio.file.Path;

/** No daemon answers on the control socket. */
public final class NotRunning extends IOException {
  private static final long serialVersionUID = 1;

  NotRunning(Path socket) {
    super("ipae is not running (nobody answers on " + socket + ")");
  }
}
