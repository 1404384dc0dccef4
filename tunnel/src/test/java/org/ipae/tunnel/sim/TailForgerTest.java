// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.DropReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variants of INITs, made without any key. [HS-32] */
class TailForgerTest {

  private static Lab oneSided(long seed) {
    Lab lab = new Lab(seed);
    lab.sim.weather.delay = MS;
    lab.b.peers.set(0, lab.b.peers.getFirst().withoutEndpoint());
    return lab;
  }

  /** 1352 bytes, and 1280 of a path that takes INIT_PARTs only. */
  @ParameterizedTest
  @ValueSource(ints = {1_500, 1_280})
  void variantsBeforeAnInitCostNoPublicKeyOperationAndDoNotHoldItUp(int mtu) {
    Lab lab = oneSided(701);
    lab.sim.weather.mtu = mtu;
    TailForger forger = new TailForger(lab, 100).attach();
    lab.start();
    lab.sim.await((mtu == 1_500 ? 100 : 1_500) * MS, "up", lab::bothUp);
    assertTrue(forger.recorded() > 0);
    assertEquals(1, lab.b.control.publicKeyOperations());
  }

  @Test
  void variantsOfASmallInitCostNoPublicKeyOperation() {
    Lab lab = oneSided(702);
    lab.a.suites = List.of(Suite.X25519_AES256GCM);
    lab.b.suites = List.of(Suite.X25519_AES256GCM);
    new TailForger(lab, 100).attach();
    lab.start();
    lab.sim.await(100 * MS, "up", lab::bothUp);
    assertEquals(1, lab.b.control.publicKeyOperations());
  }

  @Test
  void threeThousandVariantsOfRecordedInitsCostNothingAndDoNotDrainTheBucketOfTheirSender() {
    Lab lab = oneSided(703);
    TailForger forger = new TailForger(lab, 0).attach();
    long honest = 0;
    for (int i = 0; i < 3_000; i++) {
      if (i % 300 == 0) {
        if (i > 0) {
          lab.a.kill();
          lab.a.start();
        } else {
          lab.start();
        }
        lab.sim.await(100 * MS, "up after " + i + " variants", () -> lab.a.status(lab.b).up());
        honest++;
      }
      forger.again();
      lab.sim.run(15 * MS); // 66 a second
    }
    assertEquals(honest, lab.b.control.publicKeyOperations());
    assertEquals(3_000, lab.b.shared.counters().drops(DropReason.INIT_ALTERED));
  }
}
