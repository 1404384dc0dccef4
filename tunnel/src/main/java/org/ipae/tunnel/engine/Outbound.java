// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.Arrays;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.link.Hop;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.offload.Segmenter;
import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.session.MaskRoom;
import org.ipae.tunnel.session.SecondPath;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * From the TUN device to the network; one for each sending thread, which uses the lane of its own
 * number. The way of a packet:
 *
 * <ol>
 *   <li>{@link #packet}: is it one whole IP datagram? which peer has its destination?
 *   <li>the peer's {@link SendChannel}; without one the packet goes to control, which opens one
 *   <li>a superpacket is cut into whole IP datagrams ({@link Segmenter}), one at a time
 *   <li>a packet that is too large for the path and must not be fragmented is answered ({@link
 *       TooBig})
 *   <li>one that fills a datagram is sealed where it lies; a small one joins the plaintext that is
 *       being filled, or starts a new one; too large ones are cut into FRAGMENT items
 *   <li>{@link #seal}: padding, AEAD into the sink's array
 *   <li>{@link #finish}: all counters masked in one go, the lanes given back, one send
 * </ol>
 */
public final class Outbound {
  /** Most padding of a packet that is sealed where it lies. */
  private static final int SPARE = 64;

  private static final int LANES = 64;

  /** A packet goes alone if its datagram has no room for this many bytes: a TCP acknowledgement. */
  private static final int COMPANION = 40;

  private final SharedState shared;
  private final Notices notices;
  private final DatagramSink sink;
  private final TooBig tooBig;
  private final int number;
  private final Runnable giveWay;
  private final Segmenter segmenter = new Segmenter();
  private final byte[] behind = new byte[SPARE];
  private final byte[] plain = new byte[Sizes.MAX_INNER + 64];
  private final SendLane[] claimed = new SendLane[LANES];
  private final MaskRoom masks = new MaskRoom();
  private int claimedCount;
  private @Nullable SendChannel filling;
  private int filled;
  private int fillingEcn;
  private int ecn;
  private int fragmentId;
  private boolean told;
  private long now;

  /** For the only sending thread; answers are thrown away. */
  public Outbound(SharedState shared, Notices notices, DatagramSink sink) {
    this(shared, notices, new Exits(sink, (b, off, len) -> {}), 0, () -> {});
  }

  /**
   * For one of several sending threads.
   *
   * @param number of the thread, from 0
   * @param giveWay lets the thread run that holds the lane this one needs
   */
  public Outbound(SharedState shared, Notices notices, Exits exits, int number, Runnable giveWay) {
    this.shared = shared;
    this.notices = notices;
    sink = exits.network();
    this.number = number;
    this.giveWay = giveWay;
    tooBig = new TooBig(exits.device(), shared.tooBig());
    fragmentId = number;
  }

  /**
   * Sends packet or superpacket {@code i}, or hands it to control if its peer is down. Its bytes
   * are overwritten, and up to {@link PacketBatch#SPARE} bytes behind it for a moment.
   *
   * @param time milliseconds
   */
  public void packet(long time, PacketBatch in, int i) {
    byte[] b = in.bytes();
    int off = in.offset(i);
    PeerLink peer = destination(b, off, in.length(i));
    if (peer == null) {
      return;
    }
    now = time;
    ecn = Ecn.of(b, off);
    told = false;
    SendChannel channel = peer.channel(number);
    segmenter.start(in, i);
    while (segmenter.next()) {
      segment(peer, channel, b, segmenter.offset(), segmenter.length());
    }
  }

  /** Returns the peer that a packet goes to; null if it is dropped. */
  private @Nullable PeerLink destination(byte[] b, int off, int len) {
    if (!IpHeader.whole(b, off, len)) {
      shared.counters().drop(DropReason.NOT_IP);
      return null;
    }
    if (Redirects.is(b, off, len)) {
      shared.counters().drop(DropReason.REDIRECT);
      return null;
    }
    Hop hop =
        shared
            .forwarding()
            .routes()
            .lookup(IpHeader.destinationHi(b, off), IpHeader.destinationLo(b, off));
    if (hop == null) {
      shared.counters().drop(DropReason.NO_ROUTE);
      return null;
    }
    return hop.pick(b, off, len);
  }

  private void segment(PeerLink peer, @Nullable SendChannel channel, byte[] b, int off, int len) {
    if (channel != null && len > channel.innerMtu() && refuses(channel, b, off, len)) {
      return;
    }
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
    channel.session().carry();
    int padded = channel.padding().pad(len, channel.maxPlain());
    boolean alone = len + COMPANION > channel.maxPlain() && len <= channel.maxPlain();
    if (alone && padded - len <= SPARE && off + padded <= b.length) {
      seal();
      sealInPlace(channel, b, off, len, padded);
    } else {
      item(channel, b, off, len);
    }
  }

  /**
   * Tells the sender of a packet that is too big, once for a superpacket, and whether it is dropped
   * as a router would. TCP segments are carried all the same: their flow loses nothing while it
   * adapts, and continues even if the answer never reaches its host.
   */
  private boolean refuses(SendChannel channel, byte[] b, int off, int len) {
    if (!TooBig.concerns(b, off, len)) {
      return false;
    }
    if (!told) {
      told = true;
      tooBig.answer(now, b, off, len, channel.innerMtu());
    }
    if (TooBig.tcp(b, off)) {
      return false;
    }
    shared.counters().drop(DropReason.TOO_BIG);
    return true;
  }

  /** A packet that leaves no room for another is sealed where it lies. */
  private void sealInPlace(SendChannel channel, byte[] b, int off, int len, int padded) {
    int more = padded - len;
    // What lies behind may be the payload of the next segment.
    System.arraycopy(b, off + len, behind, 0, more);
    Arrays.fill(b, off + len, off + padded, (byte) Item.PADDING);
    seal(channel, b, off, padded, ecn);
    System.arraycopy(behind, 0, b, off + len, more);
  }

  /** Sends one item, or one inner packet that waited, for control. */
  public void item(long time, SendChannel channel, byte[] item) {
    now = time;
    ecn = item.length > 0 && Item.isIp(item, 0) ? Ecn.of(item, 0) : Ecn.NOT_ECT;
    item(channel, item, 0, item.length);
    if (item.length > 0 && item[0] == Item.COOKIES) {
      Arrays.fill(item, (byte) 0);
    }
  }

  private void item(SendChannel channel, byte[] b, int off, int len) {
    if (filling != null
        && (!same(filling, channel) || fillingEcn != ecn || filled + len > channel.maxPlain())) {
      seal();
    }
    if (len > channel.maxPlain()) {
      fragments(channel, b, off, len);
      return;
    }
    System.arraycopy(b, off, plain, filled, len);
    filled += len;
    filling = channel;
    fillingEcn = ecn;
    if (filled + Sizes.ITEM_HEADER >= channel.maxPlain()) {
      seal();
    }
  }

  /** Control makes a channel for each item: what it answers in one turn shares datagrams. */
  @SuppressWarnings("ReferenceEquality") // usually the same snapshot
  private static boolean same(SendChannel one, SendChannel other) {
    return one == other || one.equals(other);
  }

  private void fragments(SendChannel channel, byte[] b, int off, int len) {
    int room = channel.maxPlain() - Sizes.FRAGMENT_OVERHEAD;
    int id = fragmentId;
    fragmentId += Limits.MAX_LANES; // no other thread's ids
    for (int at = 0; at < len; at += room) {
      int n = Math.min(room, len - at);
      Fragments.header(plain, id, len, at, n);
      System.arraycopy(b, off + at, plain, Sizes.FRAGMENT_OVERHEAD, n);
      filled = Sizes.FRAGMENT_OVERHEAD + n;
      filling = channel;
      fillingEcn = ecn;
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
    seal(channel, plain, 0, length, fillingEcn);
  }

  private void seal(SendChannel channel, byte[] b, int off, int length, int bits) {
    SendLane lane = channel.sender();
    int at = room(length + Sizes.DATA_OVERHEAD);
    claim(lane);
    if (!lane.usable()) {
      shared.counters().drop(DropReason.USED_UP);
      return;
    }
    lane.useId(channel.idIndex());
    int sent = lane.seal(b, off, length, sink.array(), at);
    sink.add(at, sent, channel.path(), bits);
    wakes(lane, channel.session());
    lane.sent(now, sent);
    SecondPath second = lane.second();
    if (second != null && !channel.exact()) {
      copy(second, lane, channel.path(), at, sent, bits);
    }
  }

  /** Tells control of the first datagram after a quiet time. */
  private void wakes(SendLane lane, Session session) {
    if (lane.lastSent() <= now - Session.QUIET && session.quiet(now)) {
      notices.offer(new Notice.Awake(session));
    }
  }

  /** Sends a datagram that has just been added by another path too, if there is room. */
  private void copy(SecondPath second, SendLane lane, Path first, int at, int sent, int bits) {
    if (second.over(now)) {
      lane.second(null);
    } else if (!second.path().equals(first) && sink.room(0) >= 0 && second.spend(sent)) {
      sink.add(at, sent, second.path(), bits);
    }
  }

  /** Finds room in the sink; if there is none, masks and sends what it holds first. */
  private int room(int size) {
    int at = sink.room(size);
    if (at < 0) {
      release();
      sink.flush();
      at = sink.room(size);
    }
    return at;
  }

  /** Sends a datagram that is ready, for control. */
  public void datagram(byte[] datagram, Path path) {
    int at = room(datagram.length);
    System.arraycopy(datagram, 0, sink.array(), at, datagram.length);
    sink.add(at, datagram.length, path, Ecn.NOT_ECT);
  }

  /**
   * Claims a lane for this thread until the end of the batch. A thread that has to wait for a lane
   * holds no other, so that no two threads wait for each other.
   */
  private void claim(SendLane lane) {
    for (int i = 0; i < claimedCount; i++) {
      if (claimed[i] == lane) {
        return;
      }
    }
    if (claimedCount == LANES || !lane.claim(masks)) {
      release();
      while (!lane.claim(masks)) {
        giveWay.run();
      }
    }
    claimed[claimedCount++] = lane;
  }

  private void release() {
    for (int i = 0; i < claimedCount; i++) {
      claimed[i].mask(sink.array());
      claimed[i].release();
    }
    claimedCount = 0;
  }

  /** Sends what has been sealed; at the end of a batch. */
  public void finish() {
    seal();
    release();
    sink.flush();
  }

  /** Erases the keys of a session that has ended. */
  public void erase(SendLane lane) {
    finish();
    claim(lane);
    lane.close();
    release();
  }
}
