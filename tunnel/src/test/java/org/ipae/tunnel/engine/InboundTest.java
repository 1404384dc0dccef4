// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.session.MaskRoom;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

class InboundTest {
  private final SessionPair pair = SessionPair.make(1, Suite.X25519_AES256GCM);
  private final SharedState shared = new SharedState();
  private final List<Class<?>> told = new ArrayList<>();
  private boolean busy;
  private final Inbound inbound =
      new Inbound(
          shared,
          n -> {
            if (!busy) {
              told.add(n.getClass());
            }
            return !busy;
          },
          (b, off, len) -> {});

  private void paddingArrives() {
    byte[] d = new byte[100];
    SendLane lane = pair.initiator().send(0);
    lane.claim(new MaskRoom());
    int n = lane.seal(new byte[16], 0, 16, d, 0);
    lane.mask(d);
    lane.release();
    assertEquals(16 + Sizes.DATA_OVERHEAD, n);
    Endpoint from = pair.responder().path().remote();
    inbound.datagrams(1, Received.datagram(Arrays.copyOf(d, n), from, new Endpoint(0, 0, 0)), 0);
  }

  @Test
  void whatABusyControlCouldNotBeToldIsToldByTheNextPacketAndOnlyOnce() {
    shared.peer(0, new PeerLink(0, "peer"));
    pair.initiator().send(0).useId(1);
    shared.sessions().register(pair.responder().receive(0), 1, 2);
    busy = true;
    paddingArrives();
    busy = false;
    paddingArrives();
    paddingArrives();
    assertEquals(List.of(Notice.NewId.class, Notice.Confirmed.class), told);
  }
}
