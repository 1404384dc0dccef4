// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WorkShareTest {

  /** INITs admitted in ten seconds in which one comes every 100 us, after what was saved up. */
  private static int admitted(long nanosEach) {
    WorkShare share = new WorkShare();
    int admitted = 0;
    for (int i = 0; i < 110_000; i++) {
      if (share.take(i / 10)) {
        share.worked(nanosEach);
        admitted += i >= 10_000 ? 1 : 0;
      }
    }
    return admitted;
  }

  @Test
  void workTakesAQuarterOfTheTimeHoweverLongItTakes() {
    for (long cost : new long[] {100_000, 310_000, 800_000, 2_700_000}) {
      long work = admitted(cost) * cost;
      assertTrue(
          work > 2_450_000_000L && work < 2_550_000_000L,
          () -> work / 1_000_000 + " ms of 10 s with " + cost + " ns each");
    }
  }

  @Test
  void aClockThatStandsStillOrGoesBackGivesNoMore() {
    WorkShare share = new WorkShare();
    int first = 0;
    while (share.take(5_000)) {
      first++;
    }
    assertEquals(WorkShare.DEPTH * WorkShare.PERCENT * 10 / WorkShare.FIRST_COST, first);
    assertTrue(!share.take(4_000));
  }

  @Test
  void whatIsGivenBackDoesNotCount() {
    WorkShare share = new WorkShare();
    for (int i = 0; i < 100_000; i++) {
      assertTrue(share.take(5_000), "take " + i);
      share.giveBack();
    }
  }
}
