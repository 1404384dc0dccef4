// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TimingTest {

  @Test
  void theStandardTimersAreThoseOfTheProtocol() {
    Timing t = Timing.standard();
    assertEquals(120_000, t.rekeyAfter());
    assertEquals(130_000, t.rekeyAfter() + t.rekeyGrace());
    assertEquals(180_000, t.sendUntil());
    assertEquals(30_000, t.receiveAfter());
    assertEquals(300, t.firstRetransmission());
    assertEquals(5_000, t.lastRetransmission());
    assertEquals(8_000, t.sameInit());
    assertEquals(5_000, t.unknownIdPause());
  }

  /** Every interval that may be configured. [TM-1] [TM-3] */
  @Test
  void theirRelationsHoldForEveryRekeyInterval() {
    for (long every = 3_000; every <= Timing.LONGEST_REKEY; every += 1_000) {
      Timing t = Timing.rekeyEvery(every);
      long latest = t.rekeyAfter() + t.rekeyGrace();
      assertEquals(every, t.rekeyAfter());
      assertEquals(every / 12, t.rekeyGrace());
      assertEquals(Math.min(180_000, every * 3 / 2), t.sendUntil());
      assertEquals((latest + t.sendUntil()) / 2, t.rekeyHopeless());
      assertTrue(latest < t.rekeyHopeless() && t.rekeyHopeless() < t.sendUntil());
      assertTrue(t.sendUntil() < Timing.SESSION_END - 10_000, "the peer still knows it");
      assertTrue(Timing.PROBES * t.probeAfter() + t.probeAfter() < 10_000, "dead within 10 s");
    }
  }

  @Test
  void waitsDoubleUpToTheLastWithinTheirJitter() {
    Timing t = Timing.standard();
    assertEquals(300, t.wait(1, 0));
    assertEquals(600, t.wait(2, 0));
    assertEquals(4_800, t.wait(5, 0));
    for (int sends = 6; sends < 1_000; sends++) {
      assertEquals(5_000, t.wait(sends, 0));
    }
    assertEquals(225, t.wait(1, -Timing.JITTER));
    assertEquals(375, t.wait(1, Timing.JITTER));
  }

  @Test
  void timersThatContradictEachOtherAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Timing(10_000, 5_000, 15_000, 30_000, 300, 5_000, 8_000, 3_000, 2, 15_000, 5_000));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Timing(10_000, 500, 15_000, 30_000, 6_000, 5_000, 8_000, 3_000, 2, 15_000, 5_000));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Timing(10_000, 500, 15_000, 30_000, 300, 5_000, 8_000, 5_000, 2, 15_000, 5_000));
  }
}
