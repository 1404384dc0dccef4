// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.Arrays;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tunnel.link.Allowance;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.session.MaskRoom;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionTable;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * From the network to the TUN device; one for each receiving thread. The way of a datagram:
 *
 * <ol>
 *   <li>{@link #datagram}: handshake messages go to control; DATA is looked up by its connection
 *       id; if the id is unknown it is held for a moment, because its INIT may be in progress
 *   <li>the lane opens it: counter unmasked, replay window, AEAD
 *   <li>control is told of a first packet, a new id or another path
 *   <li>{@link Delivery}: IP datagrams go to the sink, other items to control
 * </ol>
 */
public final class Inbound {
  /** Most unknown ids that a thread tells control of in one {@link #UNKNOWN_PERIOD}. */
  static final int UNKNOWN_LIMIT = 16;

  /** Milliseconds. */
  static final long UNKNOWN_PERIOD = 100;

  /**
   * Most hints about path MTUs that all threads together tell control of in one {@link
   * #HINT_PERIOD}: anyone can forge them.
   */
  static final int HINT_LIMIT = 16;

  /** Milliseconds. */
  static final long HINT_PERIOD = 100;

  /** Least time between two new connection ids of a lane, milliseconds. */
  static final long ID_PERIOD = 50;

  /** Most datagrams that a thread opens a second time in one {@link #AGAIN_PERIOD}. */
  private static final int AGAIN_LIMIT = 1_000;

  /** Milliseconds. */
  private static final long AGAIN_PERIOD = 100;

  /** The largest of them: a PATH_RESPONSE goes in a datagram of no more. */
  private static final int AGAIN_BYTES = 128;

  private final SharedState shared;
  private final Notices notices;
  private final Runnable giveWay;
  private final byte[] plain = new byte[Sizes.MAX_INNER + 64];
  private final MaskRoom masks = new MaskRoom();
  private long opened;
  private final Arrival arrival = new Arrival();
  private final Delivery delivery;
  private final Sightings sightings;
  private final HeldDatagrams held;
  private final Allowance unknown = new Allowance();
  private final Allowance again = new Allowance();
  // The run at hand: the session of its connection id, the datagram's place in it.
  private SessionTable.@Nullable Entry run;
  private int position;

  /** For one receiving thread. */
  public Inbound(SharedState shared, Notices notices, PacketSink sink) {
    this(shared, notices, sink, () -> {});
  }

  /**
   * For one of several receiving threads.
   *
   * @param giveWay lets the thread run that holds the lane this one needs
   */
  public Inbound(SharedState shared, Notices notices, PacketSink sink, Runnable giveWay) {
    this.shared = shared;
    this.notices = notices;
    this.giveWay = giveWay;
    delivery = new Delivery(shared, notices, sink, arrival);
    sightings = new Sightings(notices, arrival);
    held = new HeldDatagrams(shared.held());
  }

  /**
   * Takes entry {@code i} of a batch: one datagram, or a run of them from one source.
   *
   * @param now milliseconds
   */
  public void datagrams(long now, DatagramBatch in, int i) {
    datagrams(now, in, i, 0);
  }

  /**
   * The same for what came by one of the own ports.
   *
   * @param ownPort as in {@link Path}; 0 also for the port of a lane
   */
  public void datagrams(long now, DatagramBatch in, int i, int ownPort) {
    arrival.read(now, in, i, ownPort);
    byte[] b = in.bytes();
    int at = in.offset(i);
    int end = at + in.length(i);
    int segment = in.segmentSize(i);
    int size = segment > 0 ? segment : Math.max(1, end - at);
    do {
      int last = Math.max(1, unmask(b, at, end, size));
      for (position = 0; position < last; position++) {
        int n = Math.min(size, end - at);
        datagram(b, at, n);
        at += n;
      }
      if (run != null) {
        run.lane().release();
      }
    } while (at < end);
  }

  /** Claims a lane for this thread, which holds no other. */
  private void claim(ReceiveLane lane) {
    while (!lane.claim(masks)) {
      giveWay.run();
    }
  }

  /**
   * Claims the lane of the datagram at {@code at} and reads the counters of those from there on
   * that have the same connection id.
   *
   * @return how many; 0 if this is not DATA of a session
   */
  private int unmask(byte[] b, int at, int end, int size) {
    run = null;
    if (end - at < Sizes.DATA_OVERHEAD
        || size < Sizes.DATA_OVERHEAD
        || !Codec.isData(b, at, end - at)) {
      return 0;
    }
    long id = DataHeader.connectionId(b, at);
    SessionTable.Entry entry = shared.sessions().lookup(id);
    if (entry == null) {
      return 0;
    }
    int count = 1;
    int next = at + size;
    while (count < ReceiveLane.RUN
        && end - next >= Sizes.DATA_OVERHEAD
        && DataHeader.connectionId(b, next) == id) {
      count++;
      next += size;
    }
    claim(entry.lane());
    entry.lane().unmask(b, at, size, count);
    run = entry;
    return count;
  }

  private void datagram(byte[] b, int off, int len) {
    if (!Codec.isData(b, off, len)) {
      handshake(b, off, len);
      return;
    }
    if (len < Sizes.DATA_OVERHEAD) {
      shared.counters().drop(DropReason.MALFORMED);
      return;
    }
    SessionTable.Entry entry = run;
    if (entry == null) {
      hold(b, off, len);
      return;
    }
    int n = open(entry, b, off, len);
    if (n >= 0) {
      Path path = sightings.path(entry.lane(), len);
      delivery.plaintext(entry.lane(), path, plain, n);
    } else if (n == ReceiveLane.REPLAYED && sightings.concernsCopy(entry.lane())) {
      again(entry.lane(), b, off, len);
    }
  }

  private void handshake(byte[] b, int off, int len) {
    if (len > Sizes.INIT_HYBRID) {
      shared.counters().drop(DropReason.MALFORMED);
      return;
    }
    byte[] copy = Arrays.copyOfRange(b, off, off + len);
    if (!notices.offer(new Notice.Datagram(copy, arrival.path()))) {
      shared.counters().drop(DropReason.QUEUE_FULL);
    }
  }

  /**
   * A copy of this datagram came before it, perhaps so that the peer seems to be elsewhere. Where
   * this one comes from the peer is: if it answers a challenge, control is told.
   */
  private void again(ReceiveLane lane, byte[] b, int off, int len) {
    if ((len <= AGAIN_BYTES || lane.number() > 0)
        && again.take(arrival.now(), AGAIN_LIMIT, AGAIN_PERIOD)) {
      int n = lane.openAgain(position, b, off, len, plain);
      if (n > 0) {
        sightings.copied(lane);
      }
      delivery.pathResponses(lane, arrival.path(), plain, n);
    }
  }

  /**
   * Takes a hint of the kernel or the network that a datagram sent earlier was too big.
   *
   * @param mtu largest packet for that address
   * @param local whether it comes from this host's kernel
   */
  public void tooBig(long now, long remoteHi, long remoteLo, int mtu, boolean local) {
    if (shared.hints().take(now, HINT_LIMIT, HINT_PERIOD)) {
      notices.offer(new Notice.TooBig(new Endpoint(remoteHi, remoteLo, 0), mtu, local));
    }
  }

  private int open(SessionTable.Entry entry, byte[] b, int off, int len) {
    ReceiveLane lane = entry.lane();
    int n = lane.open(position, b, off, len, plain);
    if (n < 0) {
      shared
          .counters()
          .drop(
              switch (n) {
                case ReceiveLane.REPLAYED -> DropReason.REPLAYED;
                case ReceiveLane.CLOSED -> DropReason.SESSION_OVER;
                default -> DropReason.FORGED;
              });
      return n;
    }
    opened++;
    wakes(lane);
    lane.received(arrival.now());
    if (arrival.ecn() == Ecn.CE) {
      lane.sawCongestion();
    }
    if (!lane.session().confirmed()) {
      lane.session().allow(len);
    }
    newId(lane, entry.index());
    return n;
  }

  /** Datagrams of sessions so far. */
  public long opened() {
    return opened;
  }

  /** Tells control of the first datagram after a quiet time. */
  private void wakes(ReceiveLane lane) {
    long now = arrival.now();
    if (lane.lastReceived() <= now - Session.QUIET && lane.session().quiet(now)) {
      notices.offer(new Notice.Awake(lane.session()));
    }
  }

  /** Tells control of the first datagram on an id; of the next one after a pause. */
  private void newId(ReceiveLane lane, int index) {
    long now = arrival.now();
    if (index > lane.newestId()
        && now - lane.idTold() >= ID_PERIOD
        && notices.offer(new Notice.NewId(lane, index))) {
      lane.sawId(now, index);
    }
  }

  /** Keeps a datagram of a session that is not known yet, and tells control of its id. */
  private void hold(byte[] b, int off, int len) {
    long id = DataHeader.connectionId(b, off);
    Path path = arrival.path();
    int dropped = 1;
    if (len <= 2 * Sizes.INIT_HYBRID) {
      dropped = held.add(arrival.now(), id, b, off, len, path, arrival.ecn());
    }
    if (dropped > 0) {
      shared.counters().drop(DropReason.UNKNOWN_ID, dropped);
    }
    if (unknown.take(arrival.now(), UNKNOWN_LIMIT, UNKNOWN_PERIOD)) {
      notices.offer(new Notice.UnknownId(id, path));
    }
  }

  /** Whether {@link #retryHeld} has something to do. */
  public boolean holding() {
    return held.size() > 0 || delivery.waiting();
  }

  /** Opens held datagrams whose session has come; drops those whose time is over. */
  public void retryHeld(long now) {
    delivery.expire(now);
    int at = 0;
    for (int i = 0; i < HeldDatagrams.LIMIT && at < held.size(); i++) {
      HeldDatagrams.Held h = held.get(at);
      if (shared.sessions().lookup(h.id()) != null) {
        held.take(at);
        datagrams(now, again(h), 0, h.path().port());
      } else if (h.until() <= now) {
        held.take(at);
        shared.counters().drop(DropReason.UNKNOWN_ID);
      } else {
        at++;
      }
    }
  }

  private DatagramBatch again(HeldDatagrams.Held h) {
    DatagramBatch batch = DatagramBatch.over(h.bytes(), 1);
    int i = batch.add(0, h.bytes().length);
    Endpoint remote = h.path().remote();
    batch.remote(i, remote.hi(), remote.lo(), remote.port());
    batch.local(i, h.path().localHi(), h.path().localLo());
    batch.ecn(i, h.ecn());
    return batch;
  }

  /** Erases the keys of a lane of a session that has ended. */
  public void erase(ReceiveLane lane) {
    claim(lane);
    lane.close();
    lane.release();
    if (lane.early()) {
      notices.offer(new Notice.EarlyOver(lane)); // if there is no room, control sees it later
    }
  }
}
