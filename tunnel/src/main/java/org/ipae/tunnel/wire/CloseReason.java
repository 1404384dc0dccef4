package org.ipae.tunnel.wire;

/** Why a session was closed, as told by a CLOSE item. */
public enum CloseReason {
  /** The daemon stops. */
  STOPPED(0, "stopped"),
  /** The peer was removed from the configuration. */
  REMOVED(1, "removed by its administrator"),
  /** Its keys or policy changed. */
  CHANGED(2, "configuration changed");

  private final int code;
  private final String text;

  CloseReason(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The value of a CLOSE item. */
  public int code() {
    return code;
  }

  public String text() {
    return text;
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
