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
  void aboveTheLimitAResponseIsStillSentAtTimes() {
    ResponseLimit limit = new ResponseLimit(10, 50_000, entropy);
    int sent = 0;
    int requests = 100_000;
    for (int i = 0; i < requests; i++) {
      sent += limit.allows(i / 100, v4(7)) ? 1 : 0; // 100,000 a second
    }
    System.out.println("responses to 100,000 requests of one source in a second: " + sent);
    assertTrue(sent > 30 && sent < 200, "sent: " + sent);
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
    ResponseLimit limit = new ResponseLimit(10, 50_000, entropy);
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      sent += limit.allows(0, new Endpoint(0x2001_0db8_0000_0000L, i, 1)) ? 1 : 0;
    }
    assertTrue(sent < 100, "sent: " + sent);
  }
}
