// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Packets that wait for a session arrive once, whatever is lost. PROTOCOL.md section 7.4. */
class EarlyDataTest {
  private static final int PACKETS = 6;

  /** A session was up, and is over; a has a cookie. */
  private static Lab returning(long seed, boolean answersOnly) {
    Lab lab = new Lab(seed);
    lab.a.peers.set(0, lab.a.peers.getFirst().pathMtu(1500));
    SimPeer caller = lab.b.peers.getFirst().pathMtu(1500);
    lab.b.peers.set(0, answersOnly ? caller.withoutEndpoint() : caller);
    lab.up();
    lab.sim.run(300_000 * MS);
    lab.a.delivered.clear();
    lab.b.delivered.clear();
    return lab;
  }

  private static void send(Lab lab) {
    for (int i = 0; i < PACKETS; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, i, 200));
    }
  }

  private static void arrivedOnce(Lab lab, String what) {
    List<Long> arrived = lab.b.delivered.stream().map(Lab::serial).sorted().toList();
    List<Long> sent = LongStream.range(0, PACKETS).boxed().toList();
    assertEquals(sent, arrived, () -> what + "\n" + lab.sim.diagram());
  }

  private static boolean data(byte[] b) {
    return b[0] < 0;
  }

  /** [HS-27]: each subset of the early datagrams is lost, and their repetition. */
  @Test
  void whatWasLostGoesAgain() {
    for (int lost = 0; lost < 1 << PACKETS; lost++) {
      Lab lab = returning(700 + lost, true);
      int[] early = {0};
      int subset = lost;
      lab.sim.tap((from, to, b) -> {
        boolean drop = data(b) && early[0] < PACKETS && (subset & 1 << early[0]) != 0;
        early[0] += data(b) ? 1 : 0;
        return drop ? null : b;
      });
      send(lab);
      lab.sim.run(200 * MS); // 100 for the handshake, 100 for question and answer
      assertTrue(lab.a.status(lab.b).up());
      lab.sim.run(50 * MS);
      arrivedOnce(lab, "lost " + Integer.toBinaryString(lost));
      assertEquals(
          PACKETS - Integer.bitCount(lost),
          lab.a.status(lab.b).contact().earlyDataPackets(),
          "counted");
    }
  }

  /** A RESP that came before the early data: it is held, or comes too late and goes again. */
  @Test
  void earlyDataThatComesLateArrivesOnce() {
    for (int delay = 0; delay < 1_000; delay += 37) {
      Lab lab = returning(800 + delay, true);
      int[] early = {0};
      long late = delay * MS;
      lab.sim.tap((from, to, b) -> {
        if (data(b) && early[0]++ < PACKETS) {
          lab.sim.deliver(50 * MS + late, from, to, b.clone());
          return null;
        }
        return b;
      });
      send(lab);
      lab.sim.run(3_000 * MS);
      arrivedOnce(lab, "late by " + delay + " ms");
    }
  }

  /**
   * [HS-27]: a forged COOKIE_RESPONSE makes an INIT that may carry no early data, since its cookie
   * is clear and post-quantum secrecy is required. What follows the INIT before is not begun again.
   */
  @Test
  void anInitWithoutEarlyDataStartsNoneOver() {
    Lab lab = new Lab(990);
    lab.a.peers.set(0, lab.a.peers.getFirst().pathMtu(1500).requiringPq());
    lab.b.peers.set(0, lab.b.peers.getFirst().pathMtu(1500).requiringPq().withoutEndpoint());
    lab.up();
    lab.sim.run(300_000 * MS);
    lab.b.delivered.clear();
    int[] sent = {0, 0, 0}; // INIT, early DATA, RESP
    lab.sim.tap((from, to, b) -> {
      if (b[0] == MessageType.INIT && sent[0]++ == 0) {
        lab.sim.deliver(MS, to, from, forgedAnswer(lab, b));
      }
      sent[1] += data(b) && sent[2] == 0 ? 1 : 0;
      sent[2] += b[0] == MessageType.RESP ? 1 : 0;
      return b;
    });
    send(lab);
    lab.sim.run(3_000 * MS);
    assertEquals(2, sent[0], () -> "INITs\n" + lab.sim.diagram());
    assertEquals(PACKETS, sent[1], () -> "early datagrams\n" + lab.sim.diagram());
    arrivedOnce(lab, "after a forged COOKIE_RESPONSE");
    assertEquals(PACKETS, lab.a.status(lab.b).contact().earlyDataPackets());
  }

  private static byte[] forgedAnswer(Lab lab, byte[] init) {
    byte[] out = new byte[Sizes.COOKIE_RESPONSE];
    lab.sim.random.nextBytes(out);
    out[0] = MessageType.COOKIE_RESPONSE;
    out[1] = MessageType.VERSION;
    BigEndian.u16(out, CookieResponse.SUITES, Suite.X25519_MLKEM768_AES256GCM.bit());
    System.arraycopy(init, Init.NOISE, out, CookieResponse.ECHO, Sizes.ECHO);
    BigEndian.u32(out, CookieResponse.TTL, 3_600);
    return out;
  }

  private static void anyLoss(String what, Consumer<Lab> meanwhile) {
    for (int seed = 0; seed < 60; seed++) {
      Lab lab = returning(900 + seed, seed % 2 == 0);
      lab.sim.weather.loss = 0.3;
      send(lab);
      meanwhile.accept(lab);
      lab.sim.run(3_000 * MS);
      lab.sim.weather.loss = 0;
      lab.sim.run(12_000 * MS);
      if (lab.b.delivered.size() == PACKETS) {
        arrivedOnce(lab, what + " seed " + seed);
      } else {
        // The question, or what goes again after the answer, may be lost: never twice.
        long different = lab.b.delivered.stream().map(Lab::serial).distinct().count();
        assertEquals(lab.b.delivered.size(), different, () -> what + "\n" + lab.sim.diagram());
        assertTrue(different > 0, () -> what + "\n" + lab.sim.diagram());
      }
    }
  }

  @Test
  void nothingArrivesTwiceWhateverIsLost() {
    anyLoss("a calls", lab -> {});
    anyLoss("both call", lab -> lab.b.lanPacket(Lab.packet(2, 1, 77, 100)));
  }

  /** [HS-27]: an attempt that nobody answers ends after 8 s; the next one is answered. */
  @Test
  void packetsOutliveAnAttempt() {
    for (boolean oneWay : new boolean[] {true, false}) {
      Lab lab = returning(980, true);
      boolean[] broken = {true};
      lab.sim.tap((from, to, b) -> broken[0] && (!oneWay || to.equals(lab.a.address)) ? null : b);
      send(lab);
      lab.sim.run(8_100 * MS);
      broken[0] = false;
      lab.sim.run(1_500 * MS);
      assertTrue(lab.a.status(lab.b).up(), lab.sim::diagram);
      arrivedOnce(lab, "answers are lost: " + oneWay);
    }
  }

  /** They do not for ever. */
  @Test
  void packetsThatWaitTooLongAreDroppedAndCounted() {
    Lab lab = returning(981, true);
    lab.sim.tap((from, to, b) -> null);
    send(lab);
    lab.sim.run(30_000 * MS);
    assertEquals(PACKETS, lab.a.shared.counters().drops(DropReason.NO_SESSION));
  }

  /** [HS-27] [HS-34]: the peer calls, and its session comes first. */
  @Test
  void aCallOfThePeerEndsTheOwnOneAndItsPacketsArriveOnce() {
    for (boolean initsCome : new boolean[] {true, false}) {
      Lab lab = returning(982, false);
      boolean[] cut = {true};
      lab.sim.tap((from, to, b) -> {
        boolean ownCall =
            from.equals(lab.a.address)
                && (b[0] == MessageType.INIT
                    || b[0] == MessageType.INIT_PART
                    || !lab.bothUp() && data(b));
        boolean answer = from.equals(lab.b.address) && b[0] == MessageType.RESP;
        boolean lost = cut[0] && (initsCome ? answer : ownCall || answer);
        return lost ? null : b;
      });
      send(lab);
      lab.sim.run(120 * MS);
      lab.b.lanPacket(Lab.packet(2, 1, 50, 100));
      lab.sim.run(100 * MS);
      cut[0] = !initsCome;
      lab.sim.run(1_000 * MS);
      cut[0] = false;
      int[] calls = {0};
      lab.sim.tap((from, to, b) -> {
        calls[0] += from.equals(lab.a.address) && b[0] >= 0 ? 1 : 0;
        return b;
      });
      lab.sim.run(20_000 * MS);
      arrivedOnce(lab, "INITs come: " + initsCome);
      assertEquals(0, calls[0], () -> "a goes on calling\n" + lab.sim.diagram());
    }
  }

  /** [SS-2]: the host answers early data at once; b cannot call. */
  @Test
  void theAnswerToEarlyDataIsNotLost() {
    Lab lab = returning(983, true);
    int[] answers = {0};
    lab.sim.tap((from, to, b) -> {
      // Each packet that arrives is answered before anything else happens at b.
      while (answers[0] < lab.b.delivered.size()) {
        lab.b.lanPacket(Lab.packet(2, 1, 1_000 + answers[0]++, 200));
      }
      return b;
    });
    send(lab);
    lab.sim.run(100 * MS);
    while (answers[0] < lab.b.delivered.size()) {
      lab.b.lanPacket(Lab.packet(2, 1, 1_000 + answers[0]++, 200));
    }
    lab.sim.run(2_000 * MS);
    arrivedOnce(lab, "");
    assertEquals(PACKETS, lab.a.delivered.size(), lab.sim::diagram);
    assertEquals(0, lab.b.shared.counters().drops(DropReason.NO_SESSION));
  }

  /** A forged COOKIE_RESPONSE makes a new INIT with early data of its own. */
  @Test
  void aSecondInitDoesNotMixUpWhatTheFirstOneCarried() {
    Lab lab = returning(984, true);
    new Forger(lab, 1).attach();
    send(lab);
    lab.sim.run(5_000 * MS);
    arrivedOnce(lab, "");
  }
}
