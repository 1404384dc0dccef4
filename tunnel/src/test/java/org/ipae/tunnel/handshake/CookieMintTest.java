// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Random;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;

class CookieMintTest {
  private static final long TTL = HandshakeLimits.COOKIE_TTL;
  private static final Endpoint HERE = Lab.endpoint(1, false);

  private static CookieMint mint(long now, long seed) {
    return new CookieMint(now, TTL, new SimEntropy(seed));
  }

  @Test
  void aCookieIsUsableWhileItsExpiryLiesAhead() {
    for (long start : new long[] {0, 5_000, (1L << 32) - 1_000, (1L << 31) - 5, 987_654_321_000L}) {
      CookieMint mint = mint(start, 1);
      Cookie c = mint.issue(start, HERE, Strength.CLEAR);
      assertNotNull(mint.read(start, c.tag(), 0));
      assertNotNull(mint.read(start + TTL - 1, c.tag(), 0));
      assertNull(mint.read(start + TTL, c.tag(), 0));
    }
  }

  @Test
  void itStaysUsableWhileSecretsChangeAndItsKeyStaysTheSame() {
    long issued = 1_234_567;
    CookieMint mint = mint(issued, 2);
    Cookie c = mint.issue(issued, HERE, Strength.CLASSICAL);
    for (long t = issued; t < issued + TTL; t += 60_000) {
      CookieMint.Tag tag = mint.read(t, c.tag(), 0);
      assertNotNull(tag);
      assertEquals(Strength.CLASSICAL, tag.strength());
      assertEquals(t - issued, CookieMint.elapsed(t, tag));
      assertArrayEquals(c.key().bytes(), mint.key(tag, c.tag(), 0, HERE).bytes());
    }
  }

  /** [CK-4] */
  @Test
  void theTagSaysHowItWasDelivered() {
    CookieMint mint = mint(0, 4);
    for (Strength s : Strength.values()) {
      Cookie c = mint.issue(0, HERE, s);
      assertEquals(s, c.strength());
      CookieMint.Tag tag = mint.read(1, c.tag(), 0);
      assertNotNull(tag);
      assertEquals(s, tag.strength());
    }
  }

  @Test
  void theKeyBelongsToTheAddressAndIfClearToThePort() {
    CookieMint mint = mint(0, 3);
    for (Strength s : Strength.values()) {
      Cookie c = mint.issue(0, HERE, s);
      CookieMint.Tag tag = mint.read(1, c.tag(), 0);
      assertNotNull(tag);
      assertEquals(s, tag.strength());
      assertArrayEquals(c.key().bytes(), mint.key(tag, c.tag(), 0, HERE).bytes());
      byte[] otherPort = mint.key(tag, c.tag(), 0, new Endpoint(HERE.hi(), HERE.lo(), 5)).bytes();
      assertEquals(s.secret(), Arrays.equals(c.key().bytes(), otherPort));
      byte[] elsewhere = mint.key(tag, c.tag(), 0, Lab.endpoint(2, false)).bytes();
      assertFalse(Arrays.equals(c.key().bytes(), elsewhere));
    }
  }

  @Test
  void anotherProcessKnowsNothingOfIt() {
    Cookie c = mint(0, 5).issue(0, HERE, Strength.CLEAR);
    assertNull(mint(0, 6).read(1, c.tag(), 0));
  }

  @Test
  void tagsThatAreNotItsOwnOrFromTheFutureAreRefused() {
    CookieMint mint = mint(1_000_000, 7);
    Random random = new Random(7);
    byte[] tag = new byte[16];
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      random.nextBytes(tag);
      accepted += mint.read(1_000_000, tag, 0) == null ? 0 : 1;
    }
    assertEquals(0, accepted);
    Cookie c = mint.issue(1_000_500, HERE, Strength.CLEAR);
    assertNull(mint.read(1_000_499, c.tag(), 0));
    for (int bit = 0; bit < 128; bit++) {
      byte[] t = c.tag().clone();
      t[bit / 8] ^= (byte) (1 << bit % 8);
      assertNull(mint.read(1_000_600, t, 0));
    }
  }

  @Test
  void aLifetimeIsNeverLongerThanADay() {
    CookieMint mint = new CookieMint(0, 90_000_000_000L, new SimEntropy(8));
    assertEquals(24 * 3600, mint.ttlSeconds());
  }
}
