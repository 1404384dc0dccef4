// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {

  private static String naive(Map<Prefix, String> routes, long hi, long lo) {
    Prefix best = null;
    for (Prefix p : routes.keySet()) {
      if (p.contains(hi, lo) && (best == null || p.bits() > best.bits())) {
        best = p;
      }
    }
    return best == null ? null : routes.get(best);
  }

  /** Often inside, beside or around one that exists. */
  private static Prefix prefix(Random random, List<Prefix> known) {
    boolean ipv4 = random.nextBoolean();
    byte[] address = new byte[ipv4 ? 4 : 16];
    random.nextBytes(address);
    int length = random.nextInt(8 * address.length + 1);
    if (!known.isEmpty() && random.nextInt(3) != 0) {
      Prefix p = known.get(random.nextInt(known.size()));
      address = p.address();
      int bit = random.nextInt(8 * address.length);
      if (random.nextBoolean()) {
        address[bit / 8] ^= (byte) (0x80 >>> bit % 8);
      }
      length = Math.clamp(p.length() + random.nextInt(9) - 4L, 0, 8 * address.length);
    }
    return Prefix.of(address, length);
  }

  @Test
  void itAgreesWithANaiveSearchForTheLongestPrefix() {
    int rounds = Math.max(10, Integer.getInteger("ipae.cases", 100_000) / 500);
    for (long seed = 1; seed <= rounds; seed++) {
      Random random = new Random(seed);
      Map<Prefix, String> routes = new LinkedHashMap<>();
      List<Prefix> list = new ArrayList<>();
      for (int i = random.nextInt(120); i > 0; i--) {
        Prefix p = prefix(random, list);
        list.add(p);
        routes.put(p, p.toString());
      }
      RouteTable<String> table = new RouteTable<>(routes);
      for (int i = 0; i < 300; i++) {
        long hi = random.nextLong();
        long lo = random.nextLong();
        if (!list.isEmpty() && random.nextInt(4) != 0) {
          Prefix p = list.get(random.nextInt(list.size()));
          int keep = Math.clamp(p.bits() + random.nextInt(3) - 1L, 0, 128);
          hi = p.hi() & Prefix.hiMask(keep) | hi & ~Prefix.hiMask(keep);
          lo = p.lo() & Prefix.loMask(keep) | lo & ~Prefix.loMask(keep);
        }
        assertEquals(naive(routes, hi, lo), table.lookup(hi, lo), "seed " + seed);
      }
    }
  }

  @Test
  void theDefaultRouteOfIpv4IsNotThatOfIpv6() {
    Prefix four = Prefix.of(new byte[4], 0);
    RouteTable<String> table = new RouteTable<>(Map.of(four, "four"));
    assertEquals("four", table.lookup(0, 0x0000_ffff_0102_0304L));
    assertNull(table.lookup(0x2001_0000_0000_0000L, 1));
    RouteTable<String> six =
        new RouteTable<>(Map.of(four, "four", Prefix.of(new byte[16], 0), "6"));
    assertEquals("6", six.lookup(0x2001_0000_0000_0000L, 1));
    assertEquals("four", six.lookup(0, 0x0000_ffff_0102_0304L));
    RouteTable<String> onlySix = new RouteTable<>(Map.of(Prefix.of(new byte[16], 0), "6"));
    assertEquals("6", onlySix.lookup(0x2001_0000_0000_0000L, 1));
    assertNull(onlySix.lookup(0, 0x0000_ffff_0102_0304L), "::/0 has no IPv4 addresses");
    assertFalse(Prefix.of(new byte[16], 0).contains(0, 0x0000_ffff_0102_0304L));
  }

  @Test
  void anEmptyTableLeadsNowhere() {
    assertNull(new RouteTable<String>(Map.of()).lookup(0, 0));
  }
}
