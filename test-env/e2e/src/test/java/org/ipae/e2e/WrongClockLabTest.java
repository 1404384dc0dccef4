// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.dns.Hierarchy;
import org.ipae.lab.dns.NamedSites;
import org.ipae.lab.dns.Zone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host whose clock is wrong by ten years, for which Debian's package faketime cares. */
@Tag("once")
@Timeout(90)
class WrongClockLabTest {
  private static final String B = "gw-b.good.net";

  @ParameterizedTest
  @CsvSource({"+3652d, has expired", "-3652d, is not valid before"})
  void isToldThatItsClockIsProbablyWrong(String offset, String what) {
    try (Lab lab = new Lab()) {
      NamedSites s = NamedSites.in(lab);
      Gateway a = Gateway.on(lab, s.a(), "gw-a.good.net");
      Zone good =
          Zone.of("good.net.", NamedSites.records(B, List.of(a.publicKey()), NamedSites.B, 300));
      Hierarchy net = new Hierarchy(lab, s.dns(), List.of(good));
      NamedSites.believes(a, net.anchor()).write();
      List<String> faked =
          List.of(
              "LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
              "FAKETIME_DONT_FAKE_MONOTONIC=1",
              "FAKETIME=" + offset);
      String said = a.ipae(faked, "dns", "lookup", B).out();
      assertTrue(said.contains(B + ": bogus, the signature of "), said);
      assertTrue(said.contains(what), said);
      assertTrue(said.contains("is probably wrong"), said);
    }
  }
}
