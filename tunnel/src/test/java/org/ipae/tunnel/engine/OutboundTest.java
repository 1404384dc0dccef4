// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.junit.jupiter.api.Test;

class OutboundTest {
  @Test
  void whatIsSealedIsMaskedBeforeReadyDatagramsSendIt() {
    SessionPair pair = SessionPair.make(1, Suite.X25519_AES256GCM);
    Session near = pair.initiator();
    Session far = pair.responder();
    near.confirm();
    far.confirm();
    SentDatagrams sink = new SentDatagrams(3);
    Outbound outbound = new Outbound(new SharedState(), n -> true, sink);
    byte[] ready = new byte[100];
    Arrays.fill(ready, (byte) 0x42);
    for (int i = 0; i < 4; i++) {
      byte[] ping = new Item.Ping(false, i).encode();
      // Control makes a channel for each item, so that every item seals the one before.
      outbound.item(1, new SendChannel(near, near.path(), 0, 1_472, Padding.BLOCK), ping);
      outbound.datagram(ready, near.path());
      outbound.datagram(ready, near.path());
    }
    outbound.finish();

    SharedState shared = new SharedState();
    shared.peer(0, new PeerLink(0, "peer"));
    shared.sessions().register(far.receive(0), 0, 2);
    List<Integer> pings = new ArrayList<>();
    Notices notices =
        n -> {
          if (n instanceof Notice.ItemCame came && came.item() instanceof Item.Ping ping) {
            pings.add((int) ping.token());
          }
          return true;
        };
    Inbound inbound = new Inbound(shared, notices, (b, off, len) -> {});
    Endpoint from = Lab.endpoint(1, false);
    int untouched = 0;
    for (SentDatagrams.Sent sent : sink.sent()) {
      byte[] d = sent.bytes();
      if (d.length == ready.length) {
        assertArrayEquals(ready, d);
        untouched++;
      } else {
        inbound.datagrams(1, Received.datagram(d, from, new Endpoint(0, 0, 0)), 0);
      }
    }
    assertEquals(8, untouched);
    assertEquals(List.of(0, 1, 2, 3), pings);
  }
}
