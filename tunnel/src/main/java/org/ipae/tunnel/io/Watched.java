// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import org.ipae.tunnel.association.ControlPlane;

/** What the control thread waits for besides its own work. */
public interface Watched {
  /** The file descriptor to poll. */
  int descriptor();

  /** It can be read. Does not block; the control thread. */
  void ready(ControlPlane plane);
}
