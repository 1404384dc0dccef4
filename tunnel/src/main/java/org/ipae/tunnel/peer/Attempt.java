// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

/** The exchange that is under way. */
public enum Attempt {
  NONE,
  /** A COOKIE_REQUEST waits for its answer. */
  COOKIE,
  /** An INIT waits for its RESP. */
  INIT,
  /** A handshake inside the live session waits for its answer. */
  REKEY;

  /** Whether it is part of a full handshake. */
  public boolean calls() {
    return this == COOKIE || this == INIT;
  }
}
