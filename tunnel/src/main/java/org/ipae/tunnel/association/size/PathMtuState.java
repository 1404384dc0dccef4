// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

import java.util.Locale;

/** How far the search for a path's MTU is. */
public enum PathMtuState {
  /** The operator has set it: nothing is probed. */
  FIXED,
  /** No probe has been answered yet: the base is in use. */
  BASE,
  /** Larger sizes are being probed; what is validated is in use. */
  SEARCHING,
  /** The search has ended; it begins anew after a while. */
  FOUND;

  /** The name in JSON and for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
