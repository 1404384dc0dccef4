// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AnswerCacheTest {
  private static final Name ZONE = Name.fromConstantString("example.net.");
  private static final Question Q =
      new Question(Name.fromConstantString("gw.example.net."), Type.A);
  private final AtomicLong now = new AtomicLong();

  private AnswerCache over(FakeServer s) {
    return new AnswerCache(new Upstream(() -> List.of(s.address())), now::get);
  }

  private static Message answer(Message q) {
    Message m = FakeServer.reply(q);
    m.addRecord(
        new ARecord(Q.name(), DClass.IN, 60, InetAddress.getLoopbackAddress()), Section.ANSWER);
    return m;
  }

  @Test
  void anAnswerIsHeldForItsTimeToLive() throws Exception {
    try (FakeServer s = FakeServer.of(AnswerCacheTest::answer)) {
      AnswerCache cache = over(s);
      assertEquals(60_000, cache.get(Q, _ -> {}).until());
      now.set(59_999);
      cache.get(Q, _ -> {});
      assertEquals(1, s.asked.size());
      now.set(60_000);
      cache.get(Q, _ -> {});
      assertEquals(2, s.asked.size());
    }
  }

  @Test
  void whatIsBelowANameIsForgottenAndWhatIsAboveItIsNot() throws Exception {
    try (FakeServer s = FakeServer.of(AnswerCacheTest::answer)) {
      AnswerCache cache = over(s);
      Question below = new Question(Name.fromString("k1.gw", ZONE), Type.A);
      Question above = new Question(ZONE, Type.DNSKEY);
      List<String> asked = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        for (Question q : List.of(Q, below, above)) {
          cache.get(q, step -> asked.add(step.question()));
        }
        cache.forget(Q.name());
      }
      assertEquals(List.of(Q, below, above, Q, below).toString(), asked.toString());
    }
  }

  @Test
  void aDenialIsHeldAsItsZoneSaysAndAFailureForSeconds() throws Exception {
    boolean[] fails = {false};
    try (FakeServer s =
        FakeServer.of(q -> {
          Message m = FakeServer.reply(q);
          m.getHeader().setRcode(fails[0] ? Rcode.SERVFAIL : Rcode.NXDOMAIN);
          m.addRecord(
              new SOARecord(ZONE, DClass.IN, 300, ZONE, ZONE, 1, 2, 3, 4, 45), Section.AUTHORITY);
          return m;
        })) {
      AnswerCache cache = over(s);
      assertEquals(45_000, cache.get(Q, _ -> {}).until());
      now.set(45_000);
      fails[0] = true;
      assertThrows(Unreachable.class, () -> cache.get(Q, _ -> {}));
      int asked = s.asked.size();
      assertThrows(Unreachable.class, () -> cache.get(Q, _ -> {}));
      assertEquals(asked, s.asked.size());
      now.addAndGet(AnswerCache.FAILURE);
      fails[0] = false;
      cache.get(Q, _ -> {});
      assertEquals(asked + 1, s.asked.size());
    }
  }

  @Test
  void whoAsksTheSameAtTheSameTimeWaitsForOneAnswer() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (FakeServer s =
        FakeServer.of(q -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return answer(q);
        })) {
      AnswerCache cache = over(s);
      List<Thread> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(Thread.ofVirtual().start(() -> get(cache)));
      }
      while (s.asked.isEmpty()) {
        Thread.onSpinWait();
      }
      go.countDown();
      for (Thread t : all) {
        t.join();
      }
      assertEquals(1, s.asked.size());
    }
  }

  @Test
  void whatWasNotUsedLongestMakesRoom() throws Exception {
    try (FakeServer s =
        FakeServer.of(q -> {
          Message m = FakeServer.reply(q);
          for (int i = 0; i < 10; i++) {
            byte[] address = {10, 0, 0, (byte) i};
            try {
              m.addRecord(
                  new ARecord(Q.name(), DClass.IN, 60, InetAddress.getByAddress(address)),
                  Section.ANSWER);
            } catch (UnknownHostException e) {
              throw new AssertionError(e);
            }
          }
          return m;
        })) {
      AnswerCache cache = over(s);
      cache.get(Q, _ -> {});
      for (int i = 0; i < 4_000; i++) {
        cache.get(new Question(Name.fromString("n" + i, ZONE), Type.A), _ -> {});
      }
      int before = s.asked.size();
      cache.get(new Question(Name.fromString("n3999", ZONE), Type.A), _ -> {});
      assertEquals(before, s.asked.size(), "held");
      cache.get(Q, _ -> {});
      assertEquals(before + 1, s.asked.size(), "made room");
    }
  }

  private static void get(AnswerCache cache) {
    try {
      cache.get(Q, _ -> {});
    } catch (Unreachable | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
