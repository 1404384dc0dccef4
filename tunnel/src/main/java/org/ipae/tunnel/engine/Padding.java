package org.ipae.tunnel.engine;

/** How long plaintexts become. */
public enum Padding {
  NONE,
  /** To a multiple of 16 bytes. */
  BLOCK,
  /** To the largest datagram of the path. */
  FULL;

  /** The padded length of {@code length} bytes where at most {@code room} are allowed. */
  public int pad(int length, int room) {
    return switch (this) {
      case NONE -> length;
      case BLOCK -> Math.max(length, Math.min(room, length + 15 & ~15));
      case FULL -> Math.max(length, room);
    };
  }
}
