// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

/** How plaintexts are padded, to hide their lengths. */
public enum Padding {
  /** Not at all. */
  NONE,
  /** To a multiple of 16 bytes. */
  BLOCK,
  /** To the largest datagram of the path. */
  FULL;

  /** Returns the padded length of {@code length} bytes if at most {@code room} are allowed. */
  public int pad(int length, int room) {
    return switch (this) {
      case NONE -> length;
      case BLOCK -> Math.max(length, Math.min(room, length + 15 & ~15));
      case FULL -> Math.max(length, room);
    };
  }
}
