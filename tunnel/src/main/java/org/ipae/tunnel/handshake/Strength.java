// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.Suite;

/** How well the delivery of a cookie was protected, and so what its psk is worth. Weakest first. */
public enum Strength {
  /** It crossed the network in the clear, or went to somebody who was refused. */
  CLEAR,
  /** It was delivered in a session of a classical suite. */
  CLASSICAL,
  /** It was delivered in a session of a hybrid suite. */
  POST_QUANTUM;

  /** That of cookies which are delivered in sessions of this suite. */
  public static Strength of(Suite session) {
    return session.hybrid() ? POST_QUANTUM : CLASSICAL;
  }

  /** Whether it was delivered in a session, so that only the two sides know it. */
  public boolean secret() {
    return this != CLEAR;
  }
}
