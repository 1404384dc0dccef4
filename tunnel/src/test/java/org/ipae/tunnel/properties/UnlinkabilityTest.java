// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.sim.Flow;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Property 5: no string in the clear links two sessions, or two paths of a session. */
class UnlinkabilityTest {

  /** Bytes of a datagram that are not ciphertext. */
  private static int clear(byte[] b) {
    return switch (b[0]) {
      case MessageType.INIT, MessageType.INIT_PART -> Sizes.INIT_MACS_COVER;
      case MessageType.RESP -> Sizes.RESP_HEAD + Sizes.KEY;
      default -> b[0] < 0 ? Sizes.DATA_HEADER : b.length;
    };
  }

  /** Remembers where each 8-byte string was first seen, and fails when it is seen elsewhere. */
  private static final class Strings {
    private final Map<Long, String> where = new HashMap<>();
    private final Lab lab;
    String chapter = "";

    Strings(Lab lab) {
      this.lab = lab;
      lab.sim.tap((from, to, b) -> {
        take(chapter + " " + pair(from, to), b, 0, clear(b));
        int macs = b[0] == MessageType.INIT || b[0] == MessageType.INIT_PART ? Sizes.INIT_MACS : 0;
        take(chapter + " " + pair(from, to), b, b.length - macs, b.length);
        return b;
      });
    }

    private static String pair(Endpoint x, Endpoint y) {
      return x.hashCode() < y.hashCode() ? x + " " + y : y + " " + x;
    }

    private void take(String here, byte[] b, int from, int to) {
      for (int at = from; at + 8 <= to; at++) {
        String before = where.putIfAbsent(BigEndian.u64(b, at), here);
        if (before != null && !before.equals(here)) {
          throw new AssertionError(
              "8 bytes at "
                  + at
                  + " of type "
                  + b[0]
                  + " seen in "
                  + before
                  + " and in "
                  + here
                  + "\n"
                  + lab.sim.diagram());
        }
      }
    }
  }

  @Test
  void noEightBytesRepeatAcrossSessionsAndRestarts() {
    Lab lab = Corpus.oneSided(501);
    Strings strings = new Strings(lab);
    lab.start();
    for (int session = 0; session < 12; session++) {
      strings.chapter = "session " + session;
      Flow flow = Flow.start(lab, 20 * MS);
      lab.sim.await(5_000 * MS, "up", lab::bothUp);
      lab.sim.run(3_000 * MS);
      flow.stop();
      // Longer than keys live: nothing of a session is sent in the next chapter.
      lab.sim.run(400_000 * MS);
      if (session % 4 == 3) {
        lab.b.kill();
        lab.b.start();
      }
    }
    assertTrue(lab.a.status(lab.b).session().sessions() >= 12);
  }

  @Test
  void noEightBytesRepeatAcrossDeliberatePathChanges() {
    Lab lab = Corpus.oneSided(502);
    lab.up();
    lab.sim.run(1_000 * MS);
    new Strings(lab);
    Flow flow = Flow.start(lab, 50 * MS);
    long handshakes = lab.a.status(lab.b).session().sessions();
    for (int move = 0; move < 8; move++) {
      lab.sim.run(4_000 * MS);
      lab.a.moveTo(Endpoint.of(new byte[] {(byte) 198, 51, 100, (byte) (10 + move)}, 4000 + move));
      lab.a.ownPathChanged();
      int atA = lab.a.delivered.size();
      lab.sim.await(2_000 * MS, "answers at the new address", () -> lab.a.delivered.size() > atA);
    }
    flow.stop();
    assertEquals(handshakes, lab.a.status(lab.b).session().sessions(), "one session throughout");
  }

  @Test
  void maskedCountersAreUniform() {
    Lab lab = new Lab(503).up();
    List<byte[]> data = new ArrayList<>();
    lab.sim.tap((from, to, b) -> {
      if (b[0] < 0) {
        data.add(b);
      }
      return b;
    });
    int packets = Math.min(50_000, Cases.count(4));
    for (int i = 0; i < packets; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, i, 60));
      if (i % 64 == 0) {
        lab.sim.run(10 * MS);
      }
    }
    assertTrue(data.size() >= packets);
    for (int at = 8; at < 12; at++) {
      long[] seen = new long[256];
      for (byte[] b : data) {
        seen[b[at] & 0xff]++;
      }
      double x = Uniformity.chiSquare(seen);
      System.out.printf("property 5: counter byte %d: chi-square %.1f of 255%n", at - 8, x);
      assertTrue(Uniformity.plausible(x, 255), "byte " + at + ": chi-square " + x);
    }
    // Differences of neighbours must not show that it counts.
    long[] steps = new long[256];
    for (int i = 1; i < data.size(); i++) {
      steps[data.get(i)[11] - data.get(i - 1)[11] & 0xff]++;
    }
    assertTrue(Uniformity.plausible(Uniformity.chiSquare(steps), 255));
  }
}
