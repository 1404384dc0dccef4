// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.lab.Host;
import org.ipae.lab.Pinged;
import org.ipae.lab.TwoSites;
import org.ipae.lab.flood.Flood;
import org.ipae.lab.flood.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What peers notice while strangers flood a gateway from 256 addresses, one in each /64 of a /56.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *                   |
 *               strangers --> UDP 1138 of gw-b
 * </pre>
 */
@Isolated("a flood")
class FloodLabTest {
  private static final int SECONDS = Integer.getInteger("ipae.flood.seconds", 5);

  @ParameterizedTest
  @Tag("once")
  @CsvSource({
    "INITS, 2000, policy",
    "INIT_PARTS, 2000, part_limit",
    "COOKIE_REQUESTS, 100000, cookie_limited",
    "UNKNOWN_IDS, 100000, unknown_id",
  })
  void aPeerLosesNoPingWhileStrangersFlood(Kind kind, int rate, String evidence) {
    try (TwoSites s = new TwoSites()) {
      s.direct();
      Host strangers = Flood.behind(s.lab, s.mid);
      s.up();
      Pinged idle = ping(s);
      Flood flood = Flood.of(kind, rate, SECONDS, s.lab, strangers, s.b, "2001:db8:b::1").begun();
      Pinged during = ping(s);
      Flood.Sent sent = flood.over();
      long drops = s.b.show().path("drops").path(evidence).asLong();
      System.out.printf(
          "%s: %,.0f a second, %s %,d; pings lost %d of %d, median %.0f us, slowest %.0f us; idle %.0f us%n",
          kind,
          sent.rate(),
          evidence,
          drops,
          during.lost(),
          during.sent(),
          during.medianMicros(),
          during.mostMicros(),
          idle.medianMicros());
      assertTrue(sent.full(rate), sent::toString);
      assertTrue(during.sent() > 25, during::toString);
      assertEquals(0, during.lost(), "pings lost");
      assertTrue(drops > 100, () -> "" + s.b.show().path("drops"));
      assertTrue(s.b.process().isAlive());
      assertTrue(s.a.up(s.b) && s.b.up(s.a));
    }
  }

  /** Of the peer: the gateway that is flooded has to answer. Ends before the flood. */
  private static Pinged ping(TwoSites s) {
    return s.a.pings(s.b, SECONDS - 1, 0.03);
  }
}
