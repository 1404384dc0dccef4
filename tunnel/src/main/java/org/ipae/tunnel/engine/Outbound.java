package org.ipae.tunnel.engine;

import java.util.Arrays;
import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * From the TUN device to the network; the sending thread. The way of a packet:
 *
 * <ol>
 *   <li>{@link #packet}: is it one whole IP datagram? which peer has its destination?
 *   <li>the peer's {@link SendChannel}; without one the packet goes to control, which opens one
 *   <li>it joins the plaintext that is being filled, or starts a new one; too large ones are cut
 *       into FRAGMENT items
 *   <li>{@link #seal}: padding, AEAD into the sink's array
 *   <li>{@link #finish}: all counters masked in one go, one send
 * </ol>
 */
public final class Outbound {
  private static final int LANES = 64;

  private final SharedState shared;
  private final Notices notices;
  private final DatagramSink sink;
  private final byte[] plain = new byte[Sizes.MAX_INNER + 64];
  private final SendLane[] touched = new SendLane[LANES];
  private int touchedCount;
  private @Nullable SendChannel filling;
  private int filled;
  private int fragmentId;
  private long now;

  public Outbound(SharedState shared, Notices notices, DatagramSink sink) {
    this.shared = shared;
    this.notices = notices;
    this.sink = sink;
  }

  /** Sends one inner packet, or hands it to control if its peer is down. */
  public void packet(long time, byte[] b, int off, int len) {
    now = time;
    if (!IpHeader.whole(b, off, len)) {
      shared.counters().drop(DropReason.NOT_IP);
      return;
    }
    PeerLink peer =
        shared
            .forwarding()
            .routes()
            .lookup(IpHeader.destinationHi(b, off), IpHeader.destinationLo(b, off));
    if (peer == null) {
      shared.counters().drop(DropReason.NO_ROUTE);
      return;
    }
    SendChannel channel = peer.channel();
    if (channel == null || !channel.session().spend(channel.cost(len))) {
      Notice waiting = new Notice.Waiting(peer, Arrays.copyOfRange(b, off, off + len));
      if (!notices.offer(waiting)) {
        shared.counters().drop(DropReason.QUEUE_FULL);
      }
      return;
    }
    if (peer.mirrored()) {
      notices.offer(new Notice.Waiting(peer, Arrays.copyOfRange(b, off, off + len)));
    }
    peer.sent(len);
    channel.session().innerSent(1);
    item(channel, b, off, len);
  }

  /** Sends one item, or one inner packet that waited, for control. */
  public void item(long time, SendChannel channel, byte[] item) {
    now = time;
    item(channel, item, 0, item.length);
  }

  @SuppressWarnings("ReferenceEquality") // the same snapshot, not an equal one
  private void item(SendChannel channel, byte[] b, int off, int len) {
    if (filling != null && (filling != channel || filled + len > channel.maxPlain())) {
      seal();
    }
    if (len > channel.maxPlain()) {
      fragments(channel, b, off, len);
      return;
    }
    System.arraycopy(b, off, plain, filled, len);
    filled += len;
    filling = channel;
    if (filled + Sizes.ITEM_HEADER >= channel.maxPlain()) {
      seal();
    }
  }

  private void fragments(SendChannel channel, byte[] b, int off, int len) {
    int room = channel.maxPlain() - Sizes.FRAGMENT_OVERHEAD;
    int id = fragmentId++;
    for (int at = 0; at < len; at += room) {
      int n = Math.min(room, len - at);
      Fragments.header(plain, 0, Item.FRAGMENT, id, len, at, n);
      System.arraycopy(b, off + at, plain, Sizes.FRAGMENT_OVERHEAD, n);
      filled = Sizes.FRAGMENT_OVERHEAD + n;
      filling = channel;
      seal();
    }
  }

  private void seal() {
    SendChannel channel = filling;
    if (channel == null) {
      return;
    }
    filling = null;
    int length = channel.padding().pad(filled, channel.maxPlain());
    Arrays.fill(plain, filled, length, (byte) Item.PADDING);
    filled = 0;
    SendLane lane = channel.session().send();
    if (!lane.usable()) {
      shared.counters().drop(DropReason.USED_UP);
      return;
    }
    int size = length + Sizes.DATA_OVERHEAD;
    int at = sink.room(size);
    if (at < 0) {
      maskAll();
      sink.flush();
      at = sink.room(size);
    }
    lane.useId(channel.idIndex());
    touch(lane);
    int sent = lane.seal(plain, 0, length, sink.array(), at);
    sink.add(at, sent, channel.path());
    channel.session().sent(now, sent);
  }

  private void touch(SendLane lane) {
    for (int i = 0; i < touchedCount; i++) {
      if (touched[i] == lane) {
        return;
      }
    }
    if (touchedCount == LANES) {
      maskAll();
    }
    touched[touchedCount++] = lane;
  }

  private void maskAll() {
    for (int i = 0; i < touchedCount; i++) {
      touched[i].mask(sink.array());
    }
    touchedCount = 0;
  }

  /** Sends what has been sealed; at the end of a batch. */
  public void finish() {
    seal();
    maskAll();
    sink.flush();
  }

  /** Erases the keys of a session that has ended. */
  public void erase(SendLane lane) {
    finish();
    lane.close();
  }
}
