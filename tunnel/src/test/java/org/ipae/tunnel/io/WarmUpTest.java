// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ipae.crypto.Suite;
import org.ipae.tunnel.sim.SimEntropy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WarmUpTest {
  @ParameterizedTest
  @EnumSource
  void packetsArriveJoined(Suite suite) {
    WarmUp w = new WarmUp(suite, new SimEntropy(1));
    for (int i = 1; i <= 3; i++) {
      w.turn();
      assertEquals(i * (40 + 40 * 1_380 + 28 + 8 * 64), w.delivered());
    }
  }
}
