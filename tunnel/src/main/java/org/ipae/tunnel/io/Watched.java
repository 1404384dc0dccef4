// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import org.ipae.tunnel.association.ControlPlane;

/** What the control thread waits for besides its own work. */
public interface Watched {
  /** The file descriptor to poll. */
  int descriptor();

  /**
   * It can be read. Does not block; the control thread.
   *
   * @throws IOException with one line if the daemon cannot go on
   */
  void ready(ControlPlane plane) throws IOException;

  /** When {@link #turn} is due, nanoseconds of {@link org.ipae.tun.BootClock}; 0 for now. */
  long deadline();

  /** Some milliseconds of its own work; the control thread. */
  void turn();
}
