// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;

/** The daemon has refused a command. */
public final class CommandFailed extends IOException {
  private static final long serialVersionUID = 1;

  private final String error;

  CommandFailed(String error, String message) {
    super(message);
    this.error = error;
  }

  /**
   * What kind of failure: config, unknown_peer, unknown_command, bad_request, failed or internal.
   */
  public String error() {
    return error;
  }
}
