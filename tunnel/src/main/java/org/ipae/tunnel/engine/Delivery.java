// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tunnel.link.Hop;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.ItemLengths;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * Takes the plaintext of an opened datagram apart: IP datagrams whose source is routed to the peer
 * go to the sink, fragments are joined, all other items go to control. The receiving thread.
 */
final class Delivery {
  private final SharedState shared;
  private final Notices notices;
  private final PacketSink sink;
  private final Arrival arrival;
  private final Fragments fragments;
  private int sinkLane;

  /**
   * @param arrival of the datagrams whose plaintexts will come
   */
  Delivery(SharedState shared, Notices notices, PacketSink sink, Arrival arrival) {
    this.shared = shared;
    this.notices = notices;
    this.sink = sink;
    this.arrival = arrival;
    fragments = new Fragments(shared.fragments());
  }

  /** Whether fragments wait for others. */
  boolean waiting() {
    return !fragments.isEmpty();
  }

  /** Forgets fragments that have waited too long. */
  void expire(long now) {
    fragments.expire(now);
  }

  /** Delivers the items that fill the first {@code length} bytes of {@code b}. */
  void plaintext(ReceiveLane lane, Path path, byte[] b, int length) {
    if (lane.number() != sinkLane) {
      sinkLane = lane.number();
      sink.lane(sinkLane);
    }
    items(lane, path, b, length, arrival.ecn(), false);
  }

  private void items(ReceiveLane lane, Path path, byte[] b, int end, int ecn, boolean joined) {
    int at = 0;
    while (at < end) {
      int n = Item.length(b, at, end);
      if (n == Item.MALFORMED) {
        shared.counters().drop(DropReason.BAD_ITEM);
        return;
      }
      int type = b[at];
      if (Item.isIp(b, at)) {
        deliver(lane, b, at, n, ecn);
      } else if (type == Item.FRAGMENT && joined) {
        shared.counters().drop(DropReason.BAD_FRAGMENT);
      } else if (type == Item.FRAGMENT) {
        fragment(lane, path, b, at, n);
      } else if (type != Item.PADDING) {
        control(lane, path, b, at, n);
      }
      at += n;
    }
  }

  /** Tells control of the answers to challenges among the items, and of nothing else. */
  void pathResponses(ReceiveLane lane, Path path, byte[] b, int length) {
    int n;
    for (int at = 0; at < length; at += n) {
      n = Item.length(b, at, length);
      if (n == Item.MALFORMED) {
        return;
      }
      if (b[at] == Item.PATH_RESPONSE) {
        control(lane, path, b, at, n);
      }
    }
  }

  private void deliver(ReceiveLane lane, byte[] b, int at, int n, int ecn) {
    PeerLink peer = shared.peer(lane.session().facts().peer());
    if (peer == null) {
      shared.counters().drop(DropReason.SESSION_OVER);
    } else if (!IpHeader.whole(b, at, n)) {
      shared.counters().drop(DropReason.NOT_IP);
    } else if (!mayComeFrom(peer, b, at)) {
      shared.counters().drop(DropReason.WRONG_SOURCE);
    } else if (!Ecn.decapsulate(b, at, ecn)) {
      shared.counters().drop(DropReason.CONGESTION);
    } else {
      peer.received(n);
      lane.sawInner();
      sink.packet(b, at, n);
    }
  }

  private boolean mayComeFrom(PeerLink peer, byte[] b, int at) {
    Hop hop =
        shared.forwarding().routes().lookup(IpHeader.sourceHi(b, at), IpHeader.sourceLo(b, at));
    return hop != null && hop.has(peer);
  }

  private void fragment(ReceiveLane lane, Path path, byte[] b, int at, int n) {
    if (!ItemLengths.fit(Item.FRAGMENT, n - Sizes.ITEM_HEADER)) {
      shared.counters().drop(DropReason.BAD_ITEM);
      return;
    }
    byte[] whole =
        fragments.add(arrival, lane.session(), b, at + Sizes.ITEM_HEADER, n - Sizes.ITEM_HEADER);
    if (fragments.dropped()) {
      shared.counters().drop(DropReason.BAD_FRAGMENT);
    }
    if (whole != null) {
      items(lane, path, whole, whole.length, fragments.ecn(), true);
    }
  }

  private void control(ReceiveLane lane, Path path, byte[] b, int at, int n) {
    int type = b[at];
    if (!Item.known(type)) {
      shared.counters().drop(DropReason.UNKNOWN_ITEM);
    } else if (!lane.early()) {
      Item item = Item.decode(type, b, at + Sizes.ITEM_HEADER, n - Sizes.ITEM_HEADER);
      if (item == null) {
        shared.counters().drop(DropReason.BAD_ITEM);
      } else if (!notices.offer(new Notice.ItemCame(lane.session(), item, path))) {
        shared.counters().drop(DropReason.QUEUE_FULL);
      }
    }
  }
}
