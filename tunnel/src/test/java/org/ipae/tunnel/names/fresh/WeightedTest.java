// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.names.Published;
import org.junit.jupiter.api.Test;

class WeightedTest {
  private static final int HOSTS = 10_000;

  private static Published.Gateway gateway(String target, int priority, int weight) {
    return new Published.Gateway(
        ConfigFiles.key(2), target, 1138, priority, weight, List.of(), "none");
  }

  private static int firsts(String target, Published.Gateway... all) {
    int out = 0;
    for (int i = 0; i < HOSTS; i++) {
      List<Published.Gateway> order = Weighted.order(List.of(all), "gw-" + i + ".example.net");
      out += order.getFirst().target().equals(target) ? 1 : 0;
    }
    return out;
  }

  @Test
  void hostsAreSharedByWeightWithinAPriority() {
    Published.Gateway one = gateway("one", 10, 30);
    Published.Gateway other = gateway("other", 10, 10);
    Published.Gateway last = gateway("last", 20, 1_000);
    assertEquals(HOSTS * 3 / 4, firsts("one", one, other, last), HOSTS / 50);
    assertEquals(0, firsts("last", one, other, last));
  }

  @Test
  void withoutWeightsTheChancesAreEqualAndBesideOthersTheyAreSmall() {
    Published.Gateway one = gateway("one", 10, 0);
    Published.Gateway other = gateway("other", 10, 0);
    assertEquals(HOSTS / 2, firsts("one", one, other), HOSTS / 50);
    assertTrue(firsts("one", one, gateway("other", 10, 10)) < HOSTS / 100);
  }

  @Test
  void aHostKeepsItsOrder() {
    List<Published.Gateway> all = List.of(gateway("one", 10, 5), gateway("other", 10, 5));
    assertEquals(Weighted.order(all, "a"), Weighted.order(all.reversed(), "a"));
  }
}
