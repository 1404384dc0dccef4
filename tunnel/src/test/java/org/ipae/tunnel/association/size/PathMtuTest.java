// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The search for what a path carries, on virtual time: a path, a peer, and nobody else. */
class PathMtuTest {
  private static final long TICK = 10;

  private record Answer(long at, int id, int size) {}

  /** A path and the peer behind it. */
  private static final class Bench {
    final Random random = new Random(8899);
    final PriorityQueue<Answer> answers =
        new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
    final PathMtu mtu = new PathMtu(this::probe);
    int carries;
    boolean answering = true;
    double loss;
    long rtt = 20;
    long now = 1_000_000;
    long sentLarge;
    long received = now;
    boolean bulk;
    int probes;

    Bench(int carries) {
      this.carries = carries;
    }

    private void probe(int id, int size) {
      probes++;
      boolean passes = size <= carries && random.nextDouble() >= loss;
      if (answering && passes && random.nextDouble() >= loss) {
        answers.add(new Answer(now + rtt, id, size));
      }
    }

    Bench start(int most, int remembered) {
      mtu.start(now, most, remembered);
      return this;
    }

    void step() {
      now += TICK;
      while (!answers.isEmpty() && answers.peek().at() <= now) {
        Answer a = answers.remove();
        received = now;
        mtu.answered(now, a.id(), a.size());
      }
      if (bulk) {
        sentLarge += mtu.size() > PathMtu.BASE ? 10 : 0;
        received = mtu.size() <= carries && answering ? now : received;
      }
      mtu.tick(now, rtt * 1_000, sentLarge, received);
    }

    void run(long millis) {
      for (long end = now + millis; now < end; ) {
        step();
      }
    }

    /** Milliseconds until it is so. */
    long until(BooleanSupplier so) {
      long from = now;
      while (!so.getAsBoolean()) {
        assertTrue(now - from < 600_000, "never");
        step();
      }
      return now - from;
    }

    boolean found() {
      return mtu.state() == PathMtuState.FOUND;
    }
  }

  @Test
  void aPathOf1500IsFoundInOneRoundTrip() {
    Bench b = new Bench(1_500).start(1_500, 0);
    assertEquals(PathMtuState.BASE, b.mtu.state());
    assertEquals(1_280, b.mtu.size());
    assertTrue(b.until(b::found) <= b.rtt + TICK);
    assertEquals(1_500, b.mtu.size());
    assertEquals(1_500, b.mtu.settled());
  }

  @Test
  void everyUsualSizeIsFound() {
    for (int size : new int[] {1_280, 1_300, 1_400, 1_420, 1_452, 1_480, 1_492, 1_500, 9_000}) {
      Bench b = new Bench(size).start(9_000, 0);
      long took = b.until(b::found);
      assertEquals(size, b.mtu.size());
      assertTrue(took <= 3_000, size + " took " + took);
      assertTrue(b.probes < 60, size + " took " + b.probes + " probes");
    }
  }

  @Test
  void nothingAboveTheOwnInterfaceIsProbed() {
    Bench b = new Bench(9_000).start(1_400, 0);
    b.run(3_000);
    assertEquals(1_400, b.mtu.size());
    assertTrue(b.found());
    b = new Bench(9_000).start(1_280, 0);
    assertEquals(0, b.probes);
    assertTrue(b.found());
  }

  @Test
  void aPeerThatAnswersNothingLeavesTheBaseAndGetsFewProbes() {
    Bench b = new Bench(1_500);
    b.answering = false;
    b.start(1_500, 0).run(600_000);
    assertEquals(1_280, b.mtu.size());
    assertEquals(0, b.mtu.settled(), "nobody is told");
    assertEquals(PathMtuState.BASE, b.mtu.state());
    assertTrue(b.probes < 50, "probes: " + b.probes);
  }

  @Test
  void fullDatagramsThatVanishAreNoticedInASecondAndTheNewSizeIsFound() {
    for (int smaller : new int[] {1_280, 1_300, 1_400}) {
      Bench b = new Bench(1_500).start(1_500, 0);
      b.bulk = true;
      b.run(5_000);
      assertEquals(1_500, b.mtu.size());
      b.carries = smaller;
      long took = b.until(() -> b.mtu.size() <= smaller);
      assertTrue(took <= 900, smaller + " took " + took);
      assertEquals(1_500, b.mtu.settled(), "nobody is told before the new size is known");
      took = b.until(b::found);
      assertTrue(took <= 1_500, smaller + " took " + took);
      assertEquals(smaller, b.mtu.size());
      assertEquals(smaller, b.mtu.settled());
    }
  }

  @Test
  void theyAreNoticedWhenTheOtherDirectionGoesOn() {
    Bench b = new Bench(1_500).start(1_500, 0);
    b.bulk = true;
    b.run(5_000);
    b.carries = 1_400;
    long from = b.now;
    while (b.mtu.size() > 1_400 && b.now - from < 3_000) {
      b.received = b.now; // bytes of the other direction
      b.step();
    }
    assertTrue(b.now - from <= 1_200, "took " + (b.now - from));
  }

  @Test
  void anOutageIsNoSmallerPath() {
    Bench b = new Bench(1_500).start(1_500, 0);
    b.bulk = true;
    b.run(5_000);
    b.answering = false;
    b.run(30_000);
    assertEquals(1_500, b.mtu.size());
    b.answering = true;
    b.run(5_000);
    assertEquals(1_500, b.mtu.size());
    assertTrue(b.found());
  }

  @Test
  void aPathThatGrowsIsNoticedAfterTheRaiseTimer() {
    Bench b = new Bench(1_400).start(1_500, 0);
    b.until(b::found);
    assertEquals(1_400, b.mtu.size());
    b.carries = 1_500;
    b.run(PathMtu.RAISE - 5_000);
    assertEquals(1_400, b.mtu.size());
    b.run(10_000);
    assertEquals(1_500, b.mtu.size());
  }

  @Test
  void lossOfProbesDoesNotShrinkItForGood() {
    Bench b = new Bench(1_500);
    b.loss = 0.05;
    b.start(1_500, 0);
    b.bulk = true;
    long full = 0;
    long steps = 0;
    for (long end = b.now + 3_600_000; b.now < end; steps++) {
      b.step();
      full += b.mtu.size() == 1_500 ? 1 : 0;
    }
    assertTrue(full > 0.999 * steps, "full size in " + full + " of " + steps);
    assertEquals(1_500, b.mtu.settled());
  }

  @Test
  void aForgedHintMovesNothing() {
    Bench b = new Bench(1_500).start(1_500, 0);
    b.bulk = true;
    b.run(2_000);
    int before = b.probes;
    for (int i = 0; i < 10_000; i++) {
      b.mtu.hint(b.now, new int[] {0, 68, 576, 1_280, 1_300, 1_499, 65_535}[i % 7]);
      b.step();
      assertEquals(1_500, b.mtu.size());
    }
    assertTrue(b.probes - before < 2 * 10_000 * TICK / PathMtu.HINT_PAUSE + 10, "" + b.probes);
    assertEquals(1_500, b.mtu.settled());
  }

  @Test
  void forgedHintsDoNotKeepASearchFromItsEnd() {
    Bench b = new Bench(1_500).start(1_500, 0);
    for (int i = 0; i < 300; i++) {
      b.mtu.hint(b.now, 1_281 + i % 200);
      b.step();
    }
    assertTrue(b.found());
    assertEquals(1_500, b.mtu.size());
  }

  @Test
  void aTrueHintLeadsToASizeThatNoTableHas() {
    Bench b = new Bench(1_500).start(1_500, 0);
    b.run(1_000);
    b.carries = 1_391;
    b.mtu.hint(b.now, 1_391);
    long took = b.until(() -> b.mtu.size() == 1_391);
    assertTrue(took <= 500, "took " + took);
    b.until(b::found);
    assertEquals(1_391, b.mtu.settled());
  }

  @Test
  void theOwnInterfaceIsObeyedAtOnceBothWays() {
    Bench b = new Bench(9_000).start(1_500, 0);
    b.run(1_000);
    b.mtu.bound(b.now, 1_400);
    assertEquals(1_400, b.mtu.size());
    assertTrue(b.found());
    b.mtu.bound(b.now, 9_000);
    b.run(1_000);
    assertEquals(9_000, b.mtu.size());
  }

  @Test
  void whatIsRememberedIsTriedFirstAndNotBelieved() {
    Bench b = new Bench(1_384).start(1_500, 1_384);
    b.run(b.rtt + TICK);
    assertEquals(1_384, b.mtu.size());
    b = new Bench(1_300).start(1_500, 1_384);
    b.until(b::found);
    assertEquals(1_300, b.mtu.size());
  }

  @Test
  void answersToWhatWasNeverAskedAreRefused() {
    Bench b = new Bench(1_280).start(1_500, 0);
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      int id = random.nextInt(100);
      int size = 1_280 + random.nextInt(300);
      if (size != 1_280 && size != 1_500) {
        assertFalse(b.mtu.answered(b.now, id, size));
      }
    }
    assertEquals(1_280, b.mtu.size());
  }

  @Test
  void aLongRoundTripIsWaitedFor() {
    Bench b = new Bench(1_500);
    b.rtt = 1_500;
    b.start(1_500, 0).run(4_000);
    assertEquals(1_500, b.mtu.size());
  }
}
