// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import org.ipae.tunnel.wire.Path;

/**
 * Where a lane sends copies for as long as it is undecided which of two paths leads to the peer. No
 * more goes there than has come from there, until the path has answered. Any thread. PROTOCOL.md
 * PA-2.
 */
public final class SecondPath {
  private final Path path;
  private final long until;
  private final Credit credit;

  /**
   * @param bytes that have come from there
   * @param until when copies end, milliseconds
   */
  public SecondPath(Path path, int bytes, long until) {
    this.path = path;
    this.until = until;
    credit = new Credit(bytes);
  }

  public Path path() {
    return path;
  }

  /** Whether its time is over. */
  public boolean over(long now) {
    return now >= until;
  }

  /** More bytes have come from there. */
  public void came(int bytes) {
    credit.add(bytes);
  }

  /** Takes {@code bytes} for a copy; false if fewer are left. */
  public boolean spend(int bytes) {
    return credit.spend(bytes);
  }
}
