// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleStrategyTest {
  private static final long START = Long.MAX_VALUE - 1_000; // nanoTime may wrap
  private final IdleStrategy idle = new IdleStrategy();

  @Test
  void aFreshThreadSleepsAtOnce() {
    assertFalse(idle.looksAgain(START));
    idle.worked(START);
    assertFalse(idle.looksAgain(START + 1));
  }

  @Test
  void workInQuickSuccessionIsLookedForAndOnlyForAMoment() {
    idle.worked(START);
    idle.worked(START + IdleStrategy.LONGEST - 1);
    long last = START + IdleStrategy.LONGEST - 1;
    assertTrue(idle.looksAgain(last));
    assertTrue(idle.looksAgain(last + IdleStrategy.LONGEST - 1));
    assertFalse(idle.looksAgain(last + IdleStrategy.LONGEST));
  }

  @Test
  void workAtLongIntervalsIsSleptFor() {
    for (int i = 0; i < 100; i++) {
      idle.worked(START + i * IdleStrategy.LONGEST);
      assertFalse(idle.looksAgain(START + i * IdleStrategy.LONGEST + 1));
    }
  }

  /** Each datagram of a flood would cost a look of its own. */
  @Test
  void aFloodOfStrangersIsLeftToPileUpAndNotLookedFor() {
    long now = START;
    for (int i = 0; i < IdleStrategy.FLOOD; i++) {
      assertFalse(idle.flooded(), "after " + i);
      now += IdleStrategy.LONGEST / 2;
      idle.workedForStrangers(now, false);
    }
    assertTrue(idle.flooded());
    assertFalse(idle.looksAgain(now + 1));
    idle.worked(now + 2);
    assertFalse(idle.flooded(), "a session's datagram");
    assertTrue(idle.looksAgain(now + 3));
  }

  @Test
  void strangersAtLongIntervalsAreNoFlood() {
    for (int i = 0; i < 100; i++) {
      idle.workedForStrangers(START + i * 5_000_000L, false);
      assertFalse(idle.flooded());
    }
  }

  /** 16 datagrams a look and 400 us between looks lost 79 % of a flood, and the peers' with it. */
  @Test
  void aFloodThatFillsEachLookIsServedWithoutARest() {
    for (int i = 0; i < 3 * IdleStrategy.FLOOD; i++) {
      idle.workedForStrangers(START + i, true);
      assertFalse(idle.flooded());
    }
    idle.workedForStrangers(START + 1_000, false);
    assertTrue(idle.flooded());
  }
}
