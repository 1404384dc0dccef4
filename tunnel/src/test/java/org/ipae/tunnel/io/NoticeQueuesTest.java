// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.junit.jupiter.api.Test;

class NoticeQueuesTest {
  private static final Path PATH = Path.to(Lab.endpoint(1, false));

  private static Notice ping(Session s) {
    return new Notice.ItemCame(s, new Item.Ping(false, 1), PATH);
  }

  private static Session session(long seed) {
    Lab lab = new Lab(seed).up();
    return lab.a.shared.peer(0).channel().session();
  }

  @Test
  void oneSessionCannotFillTheQueueOfOthers() {
    NoticeQueues q = new NoticeQueues();
    Session loud = session(1);
    Session quiet = session(2);
    int taken = 0;
    for (int i = 0; i < 10_000; i++) {
      taken += q.offer(ping(loud)) ? 1 : 0;
    }
    assertEquals(NoticeQueues.PER_SESSION, taken);
    assertTrue(q.offer(ping(quiet)));
    for (int i = 0; i <= taken; i++) {
      q.fromSession();
    }
    assertNull(q.fromSession());
    assertTrue(q.offer(ping(loud)), "its places are free again");
  }

  @Test
  void strangersWaitInAQueueOfTheirOwn() {
    NoticeQueues q = new NoticeQueues();
    Notice init = new Notice.Datagram(new byte[1_352], PATH);
    while (q.offer(init)) {}
    Notice unknown = new Notice.UnknownId(1, PATH);
    assertFalse(q.offer(unknown));
    Notice said = ping(session(3));
    assertTrue(q.offer(said));
    assertTrue(q.sessionWaits());
    assertSame(said, q.fromSession());
    assertSame(init, q.fromStranger());
    assertTrue(q.offer(unknown));
    assertNull(q.local());
  }
}
