// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the process is allowed to do. Any thread. */
public final class Capabilities {
  private static final int CAP_NET_ADMIN = 12;

  private Capabilities() {}

  /**
   * Whether CAP_NET_ADMIN is in the effective set of the process's main thread. It is meant for the
   * user namespace the process lives in.
   *
   * @throws IOException if /proc is not there
   */
  public static boolean netAdmin() throws IOException {
    return has(Files.readAllLines(Path.of("/proc/self/status")), CAP_NET_ADMIN);
  }

  static boolean has(List<String> status, int capability) {
    for (String line : status) {
      if (line.startsWith("CapEff:")) {
        long set = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (set >>> capability & 1) != 0;
      }
    }
    return false;
  }
}
