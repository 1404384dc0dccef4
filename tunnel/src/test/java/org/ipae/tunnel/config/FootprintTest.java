// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FootprintTest {
  private static final long DEFAULT = 112L << 20;
  private static final Pattern HEAP = Pattern.compile("IPAE_HEAP=([0-9]+)m");

  @Test
  void itIsTheDaemonItsPeersAndTwoSessionsOfEachLiveOne() {
    Footprint f = new Footprint(3, 4);
    assertEquals(Footprint.DAEMON + 3 * Footprint.PEER, f.bytes(0));
    assertEquals(f.bytes(0) + 2 * 2 * (Footprint.SESSION + 4 * Footprint.LANE), f.bytes(2));
  }

  /** What the project promises to carry with its default. */
  @Test
  void theDefaultHeapIsForAThousandLivePeersWithFourLanes() {
    assertNull(new Footprint(1_000, 4).shortage(DEFAULT));
    assertTrue(new Footprint(10_000, 4).live(DEFAULT) >= 1_000, "live of 10,000 configured");
  }

  @Test
  void aShortageSaysHowManyPeersThereIsRoomForAndTheHeapThatIsEnough() {
    for (int peers : new int[] {2_000, 10_000, 60_000}) {
      for (int lanes = 1; lanes <= 16; lanes++) {
        Footprint f = new Footprint(peers, lanes);
        int live = f.live(DEFAULT);
        assertNull(new Footprint(Math.min(live, 1_000), lanes).shortage(DEFAULT));
        String shortage = f.shortage(DEFAULT);
        assertEquals(live == peers, shortage == null);
        if (shortage != null) {
          Matcher m = HEAP.matcher(shortage);
          assertTrue(m.find(), shortage);
          long enough = Long.parseLong(m.group(1)) << 20;
          assertNull(f.shortage(enough), shortage);
          assertNotNull(f.shortage(enough - (16 << 20)), shortage);
          assertEquals(peers, f.live(enough));
        }
      }
    }
    assertEquals(
        "the daemon's heap of 112 MB is for 1,002 of 10,000 peers with 4 lanes at a time, with more"
            + " it may end; start it with IPAE_HEAP=720m in its environment",
        new Footprint(10_000, 4).shortage(DEFAULT));
  }

  @Test
  void withoutRoomForThePeersThemselvesNoneMayBeLive() {
    assertEquals(0, new Footprint(100_000, 1).live(DEFAULT));
  }
}
