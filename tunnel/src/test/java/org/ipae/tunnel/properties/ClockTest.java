// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.tunnel.sim.Flow;
import org.ipae.tunnel.sim.Lab;
import org.junit.jupiter.api.Test;

/** Property 7: clocks need not agree, and may wrap. */
class ClockTest {
  private static final long TEN_YEARS = 3_652L * 86_400_000 * MS;
  private static final long WRAP = (1L << 32) * MS;

  /** What was sent and when, as text, and what was delivered. */
  private static List<String> story(long ofA, long ofB) {
    Lab lab = Corpus.oneSided(701);
    lab.a.clockOffset = ofA;
    lab.b.clockOffset = ofB;
    Recording r = Recording.of(lab.sim);
    lab.up();
    Flow flow = Flow.start(lab, 200 * MS);
    lab.sim.run(150_000 * MS);
    flow.stop();
    lab.sim.run(400_000 * MS);
    lab.a.lanPacket(Lab.packet(1, 2, 9_999, 100)); // early data under a cached cookie
    lab.sim.run(2_000 * MS);
    assertTrue(flow.atB().containsAll(flow.sentByA));
    assertEquals(9_999, Lab.serial(lab.b.delivered.getLast()));
    return r.all.stream()
        .map(d -> d.at() + " " + d.from() + " " + d.type() + " " + d.bytes().length)
        .toList();
  }

  @Test
  void aClockWrongByTenYearsChangesNothing() {
    List<String> right = story(0, 0);
    assertEquals(right, story(TEN_YEARS, 0));
    assertEquals(right, story(0, TEN_YEARS));
  }

  @Test
  void aClockThatPassesTwoToThe32MillisecondsChangesNothing() {
    List<String> right = story(0, 0);
    // The simulation starts at 1,000 s; the wrap comes in the first session, in the pause, and
    // between a cookie and its use, for either side.
    for (long before : new long[] {0, 100, 60_000, 300_000, 550_000}) {
      long offset = WRAP - (1_000_000 + before) * MS;
      assertEquals(right, story(offset, 0), () -> before + " ms before, a");
      assertEquals(right, story(0, offset), () -> before + " ms before, b");
      assertEquals(right, story(offset, offset - WRAP / 2), () -> before + " ms before, both");
    }
  }
}
