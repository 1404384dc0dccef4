// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateSearchTest {
  /** Probes a path that carries so many a second, from a source that sends at most so many. */
  private static List<Long> rates(RateSearch search, int probes, long path, long source) {
    List<Long> rates = new ArrayList<>();
    for (int i = 0; i < probes; i++) {
      rates.add(search.rate());
      long sent = Math.min(search.rate(), source);
      search.probed(new Probe(2 * sent, 2 * Math.min(sent, path), 2));
    }
    return rates;
  }

  @Test
  void goesUpByHalfUntilAProbeFailsAndThenToTheMiddle() {
    RateSearch search = new RateSearch(60_000);
    assertEquals(
        List.of(60_000L, 90_000L, 135_000L, 112_500L, 101_250L),
        rates(search, 5, 100_000, Long.MAX_VALUE));
    assertEquals(90_000, search.best());
  }

  @Test
  void goesDownByAThirdUntilAProbePasses() {
    RateSearch search = new RateSearch(60_000);
    assertEquals(
        List.of(60_000L, 40_000L, 26_666L, 33_333L), rates(search, 4, 30_000, Long.MAX_VALUE));
    assertEquals(26_666, search.best());
  }

  @Test
  void comesNearWhatThePathCarries() {
    RateSearch search = new RateSearch(60_000);
    rates(search, 20, 777_000, Long.MAX_VALUE);
    assertTrue(search.best() > 770_000 && search.best() <= 785_000, "" + search.best());
  }

  @Test
  void aSourceThatDoesNotKeepUpIsTheLimitAsWell() {
    RateSearch search = new RateSearch(60_000);
    assertEquals(
        List.of(60_000L, 90_000L, 135_000L, 112_500L), rates(search, 4, 1_000_000, 95_000));
    assertEquals(95_000, search.best());
  }

  @Test
  void oneInAHundredMayBeLostButNotMore() {
    RateSearch most = new RateSearch(1_000);
    most.probed(new Probe(1_000, 990, 1));
    assertEquals(990, most.best());
    RateSearch more = new RateSearch(1_000);
    more.probed(new Probe(1_000, 989, 1));
    assertEquals(0, more.best());
  }

  @Test
  void readsTheLineOfUdpRate() {
    assertEquals(new Probe(120_000, 119_998, 2.001), Probe.parse("120000 119998 2.001\n"));
  }
}
