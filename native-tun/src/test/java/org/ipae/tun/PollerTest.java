// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.udp.LinuxUdp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PollerTest {
  @Test
  void aWakeFromAnotherThreadEndsAnEndlessWait() throws Exception {
    try (Poller poller = new Poller()) {
      Thread waker = Thread.ofPlatform().start(poller::wake);
      assertTrue(poller.await(-1));
      waker.join();
    }
  }

  @Test
  void wakesBeforeTheWaitCountOnce() throws Exception {
    try (Poller poller = new Poller()) {
      poller.wake();
      poller.wake();
      assertTrue(poller.await(-1));
      assertFalse(poller.await(0));
      poller.wake();
      assertTrue(poller.await(-1));
    }
  }

  @Test
  void aWaitEndsWhenItsTimeIsOver() throws Exception {
    try (Poller poller = new Poller()) {
      long before = System.nanoTime();
      assertFalse(poller.await(300_000));
      assertTrue(System.nanoTime() - before >= 300_000);
    }
  }

  @Test
  void onlyTheDescriptorWithDataIsReady() throws Exception {
    Ip ip = Ip.of("127.0.0.1");
    try (LinuxUdp a = ip.bind(0);
        LinuxUdp b = ip.bind(0);
        Poller poller = new Poller(a.descriptor(), -1, b.descriptor())) {
      DatagramBatch out = DatagramBatch.over(new byte[1], 1);
      ip.add(out, 0, 1, b.localPort());
      a.send(out, 0);
      assertTrue(poller.await(10_000_000_000L));
      assertFalse(poller.ready(0));
      assertFalse(poller.ready(1));
      assertTrue(poller.ready(2));
      assertFalse(poller.failed(2));
      assertThrows(IndexOutOfBoundsException.class, () -> poller.ready(3));
    }
  }

  @Test
  void noWakeIsLostUnderManyWakers() throws Exception {
    int rounds = 20_000;
    AtomicInteger given = new AtomicInteger();
    try (Poller poller = new Poller()) {
      Runnable work =
          () -> {
            for (int i = 0; i < rounds; i++) {
              given.incrementAndGet();
              poller.wake();
            }
          };
      Thread one = Thread.ofPlatform().start(work);
      Thread two = Thread.ofPlatform().start(work);
      int seen = 0;
      while (seen < 2 * rounds) {
        assertTrue(poller.await(10_000_000_000L), "stuck at " + seen);
        seen = given.get();
      }
      one.join();
      two.join();
      assertEquals(2 * rounds, seen);
    }
  }

  @Test
  void aWakeAfterCloseDoesNothing() throws Exception {
    Poller poller = new Poller();
    poller.close();
    poller.close();
    poller.wake();
    assertThrows(OsException.class, () -> poller.await(-1));
  }

  @Test
  void theBootClockDoesNotGoBackAndTheBootHasAName() throws Exception {
    long a = BootClock.nanos();
    long b = BootClock.nanos();
    assertTrue(a > 0 && b >= a);
    assertEquals(36, BootClock.bootId().length());
  }
}
