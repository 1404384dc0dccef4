// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant START = Instant.parse("2026-11-28T01:00:00Z");
  private static final Duration YEARS = Duration.ofDays(3_652);

  private Instant now = START;
  private long boot = 5_000;
  private final SteadyClock clock =
      new SteadyClock(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          },
          () -> boot);

  private void pass(Duration time) {
    now = now.plus(time);
    boot += time.toMillis();
  }

  @Test
  void beforeAnySignatureWasValidTheWallClockIsAllThereIs() {
    now = START.minus(YEARS);
    assertEquals(now, clock.instant());
    assertNull(clock.other());
  }

  @Test
  void aJumpIsNotFollowedInEitherDirectionAndTimeGoesOn() {
    for (Duration jump : new Duration[] {YEARS, YEARS.negated()}) {
      now = START;
      clock.good();
      now = START.plus(jump);
      assertEquals(START, clock.instant());
      pass(Duration.ofHours(3));
      assertEquals(START.plus(Duration.ofHours(3)), clock.instant());
      clock.good(); // while it is wrong
      assertEquals(START.plus(Duration.ofHours(3)), clock.instant());
      assertEquals(now, clock.other());
      now = START.plus(Duration.ofHours(3)); // it is right again
      assertEquals(now, clock.instant());
      assertNull(clock.other());
      clock.follow();
    }
  }

  @Test
  void correctionsOfLessThanADayAreFollowed() {
    clock.good();
    pass(Duration.ofDays(30));
    now = now.plus(Duration.ofHours(23));
    assertEquals(now, clock.instant());
  }

  @Test
  void aClockThatWasWrongFromTheStartIsSetRight() {
    clock.good();
    now = START.plus(Duration.ofDays(3));
    assertEquals(START, clock.instant());
    clock.follow(); // signatures are not valid at START any more, but now
    assertEquals(now, clock.instant());
  }
}
