// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private final SimEntropy entropy = new SimEntropy(21);

  private static Endpoint v4(int n) {
    return new Endpoint(0, 0x0000_ffff_0000_0000L | n, 1);
  }

  @Test
  void aBucketGivesItsDepthAndThenItsRate() {
    TokenBuckets b = new TokenBuckets(64, 20, 40, entropy);
    int taken = 0;
    while (b.take(1_000, 1, 2)) {
      taken++;
    }
    assertEquals(40, taken);
    assertFalse(b.take(1_049, 1, 2));
    assertTrue(b.take(1_050, 1, 2));
    assertFalse(b.take(1_050, 1, 2));
    taken = 0;
    for (long t = 1_051; t <= 11_050; t++) {
      taken += b.take(t, 1, 2) ? 1 : 0;
    }
    assertEquals(200, taken);
    assertEquals(40, b.left(1_000_000, 1, 2));
  }

  @Test
  void aClockThatGoesBackGivesNothing() {
    TokenBuckets b = new TokenBuckets(1, 10, 10, entropy);
    for (int i = 0; i < 10; i++) {
      assertTrue(b.take(5_000, 0, 0));
    }
    assertFalse(b.take(4_000, 0, 0));
  }

  @Test
  void sourcesHaveBucketsOfTheirOwnUnlessTheyCollide() {
    TokenBuckets b = new TokenBuckets(4_096, 1, 1, entropy);
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      taken += b.take(0, 0, i) ? 1 : 0;
    }
    assertTrue(taken > 830 && taken < 940, "distinct buckets of 1,000: " + taken);
  }

  @Test
  void withinTheLimitEveryResponseIsSent() {
    ResponseLimit limit = new ResponseLimit(10, 50_000, entropy);
    for (int second = 0; second < 100; second++) {
      for (int i = 0; i < 10; i++) {
        assertTrue(limit.allows(1_000L * second, v4(7)));
      }
    }
  }

  @Test
  void aboveItsLimitASourceGetsAnEighthOfAllResponsesAtMost() {
    ResponseLimit limit = new ResponseLimit(10, 50_000, entropy);
    int[] sent = new int[10];
    for (int i = 0; i < 1_000_000; i++) {
      sent[i / 100_000] += limit.allows(i / 100, v4(7)) ? 1 : 0; // 100,000 a second
    }
    System.out.println("responses to 100,000 requests a second of one source: " + sent[1]);
    for (int second = 1; second < 10; second++) { // the bucket was full at first
      assertTrue(sent[second] > 5_600 && sent[second] < 6_900, "sent: " + sent[second]);
    }
    int others = 0;
    for (int i = 0; i < 30_000; i++) {
      others += limit.allows(10_000, v4(1_000_000 + i / 10)) ? 1 : 0;
    }
    assertTrue(others > 25_000, "others got " + others); // but those that share its bucket
  }

  @Test
  void whoIsDrawnDoesNotDependOnTheOrder() {
    ResponseLimit limit = new ResponseLimit(10, 50_000, entropy);
    int victim = 0;
    for (int milli = 0; milli < 100_000; milli++) {
      for (int i = 0; i < 40; i++) {
        boolean sent = limit.allows(milli, v4(7));
        victim += i == 39 && sent ? 1 : 0; // always the last one of a millisecond
      }
    }
    System.out.println("drawn of 100,000 in a flood of 40,000 a second: " + victim);
    assertTrue(victim > 15_000, "drawn: " + victim);
  }

  @Test
  void thereIsACapOverAllSources() {
    ResponseLimit limit = new ResponseLimit(10, 500, entropy);
    int sent = 0;
    for (int i = 0; i < 100_000; i++) {
      sent += limit.allows(500, v4(i)) ? 1 : 0;
    }
    assertEquals(500, sent);
  }

  @Test
  void anIpv6SourceIsItsFirst64Bits() {
    ResponseLimit limit = new ResponseLimit(10, 500, entropy);
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      sent += limit.allows(0, new Endpoint(0x2001_0db8_0000_0000L, i, 1)) ? 1 : 0;
    }
    assertEquals(20 + 500 / ResponseLimit.BEYOND_PART, sent);
  }
}
