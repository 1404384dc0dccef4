// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

/** Why a session was closed, as told by a CLOSE item. */
public enum CloseReason {
  /** The daemon stops. */
  STOPPED(0),
  /** The peer was removed from the configuration. */
  REMOVED(1),
  /** Its keys or policy changed. */
  CHANGED(2);

  private final int code;

  CloseReason(int code) {
    this.code = code;
  }

  /** The value of a CLOSE item. */
  public int code() {
    return code;
  }

  /** The reason of a code; unknown codes count as {@link #STOPPED}. */
  public static CloseReason of(int code) {
    for (CloseReason r : values()) {
      if (r.code == code) {
        return r;
      }
    }
    return STOPPED;
  }
}
