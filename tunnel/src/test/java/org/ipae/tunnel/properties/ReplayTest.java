// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/** Property 6: a recorded INIT with early data delivers at most once. */
class ReplayTest {
  private static final long[] PAUSES = {
    0,
    1,
    50,
    99,
    101,
    1_000,
    5_000,
    4_000,
    9_500,
    500,
    10_500,
    15_000,
    60_000,
    3_600_000,
    20_000_000
  };
  private static final int PACKETS = 5;

  private static void atMostOnce(Lab lab, String when) {
    Map<Long, Integer> times = new HashMap<>();
    lab.b.delivered.forEach(p -> times.merge(Lab.serial(p), 1, Integer::sum));
    times.forEach((serial, n) ->
        assertEquals(
            1, n, () -> serial + " delivered " + n + " times " + when + "\n" + lab.sim.diagram()));
  }

  private static void replay(Lab lab, List<Recording.Datagram> recorded) {
    Endpoint[] sources = {
      lab.a.address,
      new Endpoint(lab.a.address.hi(), lab.a.address.lo(), 7777),
      Endpoint.of(new byte[] {(byte) 203, 0, 113, 66}, 1138)
    };
    for (Endpoint source : sources) {
      // DATA before and after its INIT, and twice.
      for (int turn = 0; turn < 2; turn++) {
        recorded.forEach(d -> lab.sim.deliver(source, lab.b.address, d.bytes().clone()));
        recorded.reversed().forEach(d -> lab.sim.deliver(source, lab.b.address, d.bytes().clone()));
      }
    }
  }

  private static void recordedEarlyDataDeliversAtMostOnce(
      long seed, boolean loseResp, boolean loseEverything, boolean restart) {
    Lab lab = Corpus.idleWithCookie(seed);
    Recording r = Recording.of(lab.sim);
    int[] lost = {0};
    lab.sim.tap((from, to, b) -> {
      boolean lose = loseResp && b[0] == MessageType.RESP && lost[0]++ == 0;
      boolean blocked = loseEverything && to.sameAddress(lab.a.address);
      return lose || blocked ? null : b;
    });
    lab.b.delivered.clear();
    for (int i = 0; i < PACKETS; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, 100 + i, 200));
    }
    lab.sim.run(loseEverything ? 200 * MS : 700 * MS);
    String what = loseResp + " " + loseEverything + " " + restart;
    assertEquals(PACKETS, lab.b.delivered.size(), () -> what + lab.sim.diagram());
    List<Recording.Datagram> recorded = List.copyOf(r.to(lab.b.address));
    assertTrue(recorded.stream().anyMatch(d -> d.type() == MessageType.INIT));
    assertTrue(recorded.stream().filter(Recording.Datagram::isData).count() >= PACKETS);
    for (int i = 0; i < PAUSES.length; i++) {
      if (restart && i == 3) {
        lab.b.kill();
        lab.b.start();
      }
      lab.sim.run(PAUSES[i] * MS);
      replay(lab, recorded);
      lab.sim.run(120 * MS);
      atMostOnce(lab, "after pause " + i + " " + what);
    }
    lab.sim.run(60_000 * MS);
    atMostOnce(lab, "at last " + what);
  }

  @Test
  void recordedEarlyDataDeliversAtMostOnce() {
    for (int i = 0; i < 8; i++) {
      recordedEarlyDataDeliversAtMostOnce(600 + i, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
    }
  }

  @Test
  void retransmittedEarlyDataIsDeliveredOnceAfterALostResp() {
    Lab lab = Corpus.idleWithCookie(620);
    int[] resps = {0};
    lab.sim.tap((from, to, b) -> b[0] == MessageType.RESP && resps[0]++ < 2 ? null : b);
    lab.b.delivered.clear();
    for (int i = 0; i < PACKETS; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, 200 + i, 200));
    }
    lab.sim.await(5_000 * MS, "up", lab::bothUp);
    lab.sim.run(1_000 * MS);
    assertEquals(PACKETS, lab.b.delivered.size(), lab.sim::diagram);
    atMostOnce(lab, "");
  }
}
