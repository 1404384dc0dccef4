// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import org.ipae.tunnel.log.Reason;

/** Where the process begins and ends. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int code = Exit.FAILED;
    try {
      code = Ipae.commandLine().execute(args);
    } catch (Throwable e) {
      System.err.println("ipae: " + Reason.of(e));
    }
    Ending.exit(code);
  }
}
