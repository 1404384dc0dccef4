// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;
import org.ipae.tunnel.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * The time by which signatures are judged: that of the wall clock, until one was valid by it. From
 * then on a jump of the wall clock is not followed, and the clock that counts from the boot goes on
 * from there: a wall clock that is set wrong while a host runs ends nothing. PROTOCOL.md [DN-15].
 * Any thread.
 */
public final class SteadyClock extends Clock {
  /** What the wall clock may be corrected by. */
  static final Duration JUMP = Duration.ofDays(1);

  private record Kept(Instant at, long since) {}

  private final Clock wall;
  private final LongSupplier boot;
  private volatile @Nullable Kept kept;
  private volatile boolean told;

  /**
   * @param boot milliseconds of the boot clock
   */
  public SteadyClock(Clock wall, LongSupplier boot) {
    this.wall = wall;
    this.boot = boot;
  }

  @Override
  public Instant instant() {
    Instant now = wall.instant();
    Kept k = kept;
    if (k == null) {
      return now;
    }
    Instant expected = k.at.plusMillis(boot.getAsLong() - k.since);
    Duration off = Duration.between(expected, now);
    if (off.abs().compareTo(JUMP) < 0) {
      told = false;
      return now;
    }
    if (!told) {
      told = true;
      Log.warn(
          "the clock of this host was set by "
              + off.toDays()
              + " days, to "
              + now
              + "; signatures in DNS are judged by the time before, "
              + expected);
    }
    return expected;
  }

  /** Signatures are valid now, up to the root's. */
  void good() {
    kept = new Kept(instant(), boot.getAsLong());
  }

  /** The time of the wall clock, if it is not the one that is gone by. */
  @Nullable Instant other() {
    Instant now = wall.instant();
    return Duration.between(instant(), now).abs().compareTo(JUMP) < 0 ? null : now;
  }

  /** The wall clock is right after all. */
  void follow() {
    kept = null;
  }

  @Override
  public ZoneId getZone() {
    return wall.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new SteadyClock(wall.withZone(zone), boot);
  }
}
