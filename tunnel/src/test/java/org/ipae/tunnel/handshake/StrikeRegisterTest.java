// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

class StrikeRegisterTest {
  private static final Endpoint HERE = Lab.endpoint(1, false);

  private static StrikeRegister.Key key(int n) {
    byte[] init = new byte[Sizes.INIT_CLASSICAL];
    new Random(n).nextBytes(init);
    return StrikeRegister.Key.of(init);
  }

  @Test
  void theMacsAreNoPartOfTheKey() {
    byte[] init = new byte[Sizes.INIT_CLASSICAL];
    StrikeRegister.Key key = StrikeRegister.Key.of(init);
    init[init.length - 1] ^= 1;
    init[init.length - Sizes.INIT_MACS] ^= 1;
    assertEquals(key, StrikeRegister.Key.of(init));
    init[init.length - Sizes.INIT_MACS - 1] ^= 1;
    assertFalse(key.equals(StrikeRegister.Key.of(init)));
  }

  @Test
  void itIsFullAtItsCapacityAndMakesRoomWhenTimeIsOver() {
    StrikeRegister r = new StrikeRegister(10);
    for (int i = 0; i < 10; i++) {
      assertFalse(r.full(i));
      r.insert(key(i), 100 + i);
    }
    assertTrue(r.full(99));
    assertEquals(10, r.size());
    assertFalse(r.full(100));
    assertEquals(9, r.size());
    assertFalse(r.contains(key(0)));
    assertTrue(r.contains(key(1)));
    assertFalse(r.full(1_000));
    assertEquals(0, r.size());
  }
}
