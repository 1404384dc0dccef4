// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

class StoredResponsesTest {
  private static final Endpoint HERE = Endpoint.of(new byte[] {(byte) 192, 0, 2, 1}, 1138);

  private static StrikeRegister.Key key(int n) {
    return new StrikeRegister.Key(n, n);
  }

  @Test
  void theAnswerIsForItsSourceOnlyAndGoneWhenSettledOrOld() {
    StoredResponses r = new StoredResponses(1 << 20);
    byte[] resp = {1, 2, 3};
    r.add(0, key(1), HERE, resp);
    long over = HandshakeLimits.UNCONFIRMED_LIFE;
    assertArrayEquals(resp, r.to(0, key(1), HERE));
    assertNull(r.to(0, key(1), new Endpoint(HERE.hi(), HERE.lo(), 1)));
    assertNull(r.to(0, key(2), HERE));
    assertTrue(r.holds(over - 1, key(1)));
    assertFalse(r.holds(over, key(1)));
    assertNull(r.to(over, key(1), HERE));
    r.add(over, key(3), HERE, resp);
    r.settle(key(3));
    assertNull(r.to(over, key(3), HERE));
    assertEquals(0, r.bytes, "what is old has gone, too");
  }

  @Test
  void theOldestGivesWayWhenItsBytesAreUsedUp() {
    StoredResponses r = new StoredResponses(100_000);
    for (int i = 0; i < 1_000; i++) {
      r.add(i, key(i), HERE, new byte[Sizes.RESP_HYBRID]);
      assertTrue(r.bytes <= 100_000);
    }
    assertNull(r.to(1_000, key(900), HERE));
    assertNotNull(r.to(1_000, key(950), HERE));
  }
}
