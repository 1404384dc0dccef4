// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.Hold;

/** Holds the networks of a configuration shut on this host, without its daemon. */
interface Holder {
  /**
   * Holds shut what the configuration wants to be, and opens what it names no more.
   *
   * @throws IOException if this process may not, or cannot
   */
  Hold.Outcome lay(Config config) throws IOException;

  /** Opens everything; throws like {@link #lay}. */
  void release(Config config) throws IOException;
}
