// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.IOException;

/** No name server gave an answer that can be used; the message says why, in one line. */
public final class Unreachable extends IOException {
  private static final long serialVersionUID = 1;

  public Unreachable(String why) {
    super(why);
  }
}
