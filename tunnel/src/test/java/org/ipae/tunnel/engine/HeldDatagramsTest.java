// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ipae.tunnel.session.Quota;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.junit.jupiter.api.Test;

class HeldDatagramsTest {
  private static final long SEED = 20_261_126;
  private final Random random = new Random(SEED);

  private static int add(HeldDatagrams table, long id, Endpoint from, long now) {
    return table.add(now, id, new byte[40], 6, 28, Path.to(from), 0);
  }

  private Endpoint junkOf64() {
    return new Endpoint(0x2001_0db8_0000_0000L, random.nextLong(), 9);
  }

  private static List<HeldDatagrams.Held> kept(HeldDatagrams table) {
    List<HeldDatagrams.Held> out = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      out.add(table.get(i));
    }
    return out;
  }

  @Test
  void aFloodOfOneNetworkDoesNotReachTheDatagramsOfAnother() {
    HeldDatagrams table = new HeldDatagrams(new Quota());
    int came = 0;
    int went = 0;
    for (int i = 0; i < 200; i++, came++) {
      went += add(table, random.nextLong(), junkOf64(), 0);
    }
    Endpoint honest = new Endpoint(0x2a00_0000_0000_0000L, 1, 1138);
    for (int i = 0; i < HeldDatagrams.PER_ID; i++, came++) {
      went += add(table, 7, honest, 1);
    }
    for (int i = 0; i < 2_000; i++, came++) {
      went += add(table, random.nextLong(), junkOf64(), 1 + i / 40);
    }
    List<HeldDatagrams.Held> left = kept(table);
    assertEquals(HeldDatagrams.PER_ID, left.stream().filter(h -> h.id() == 7).count());
    assertTrue(left.size() <= HeldDatagrams.LIMIT);
    assertEquals(came, went + left.size(), "every datagram is held or counted, seed " + SEED);
  }

  @Test
  void junkUnderTheIdOfAnotherGivesWayToItsOwner() {
    HeldDatagrams table = new HeldDatagrams(new Quota());
    for (int i = 0; i < 100; i++) {
      add(table, 7, junkOf64(), 0);
    }
    Endpoint honest = new Endpoint(0x2a00_0000_0000_0000L, 1, 1138);
    add(table, 7, honest, 1);
    List<HeldDatagrams.Held> left = kept(table);
    assertTrue(left.size() <= HeldDatagrams.PER_ID);
    assertEquals(1, left.stream().filter(h -> h.path().remote().equals(honest)).count());
  }

  @Test
  void theThreadsTogetherHoldNoMoreThanTheLimit() {
    Quota inAll = new Quota();
    HeldDatagrams one = new HeldDatagrams(inAll);
    HeldDatagrams two = new HeldDatagrams(inAll);
    for (int i = 0; i < 500; i++) {
      add(one, random.nextLong(), junkOf64(), 0);
      add(two, random.nextLong(), junkOf64(), 0);
      assertTrue(kept(one).size() + kept(two).size() <= HeldDatagrams.LIMIT);
    }
  }
}
