package org.ipae.tunnel.engine;

import java.util.Arrays;
import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionTable;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * From the network to the TUN device; one for each receiving thread. The way of a datagram:
 *
 * <ol>
 *   <li>{@link #datagram}: handshake types go to control; DATA is found by its connection id; an
 *       unknown id is held for a moment, for its INIT may be at work
 *   <li>the lane opens it: counter unmasked, replay window, AEAD
 *   <li>a first packet, a new id or another path is told to control
 *   <li>items: an IP datagram whose source is routed to this peer goes to the sink, fragments are
 *       joined, everything else goes to control
 * </ol>
 */
public final class Inbound {
  /** Unknown ids told to control in one {@link #UNKNOWN_PERIOD}. */
  static final int UNKNOWN_LIMIT = 16;

  static final long UNKNOWN_PERIOD = 100;

  /**
   * Hints about path MTUs told to control in one {@link #HINT_PERIOD}, by all threads together:
   * anyone can forge them.
   */
  static final int HINT_LIMIT = 16;

  static final long HINT_PERIOD = 100;

  /** Least time between two notices of one session's move, milliseconds. */
  static final long MOVE_PERIOD = 100;

  private final SharedState shared;
  private final Notices notices;
  private final PacketSink sink;
  private final Runnable giveWay;
  private final byte[] plain = new byte[Sizes.MAX_INNER + 64];
  private final Fragments fragments;
  private final HeldDatagrams held;
  // The run at hand: the session of its connection id, the datagram's place in it.
  private SessionTable.@Nullable Entry run;
  private int position;
  private int outer;
  private int sinkLane;
  private long unknownPeriod;
  private int unknownTold;

  /** For one receiving thread. */
  public Inbound(SharedState shared, Notices notices, PacketSink sink) {
    this(shared, notices, sink, () -> {});
  }

  /**
   * For one of several receiving threads.
   *
   * @param giveWay lets another thread run that has the lane which this one needs
   */
  public Inbound(SharedState shared, Notices notices, PacketSink sink, Runnable giveWay) {
    this.shared = shared;
    this.notices = notices;
    this.sink = sink;
    this.giveWay = giveWay;
    fragments = new Fragments(shared.fragments());
    held = new HeldDatagrams(shared.held());
  }

  /**
   * Takes one datagram, or a run of them from one source. Addresses are as in {@link Endpoint}.
   *
   * @param now milliseconds
   * @param segment bytes of each datagram of a run but the last, 0 if there is only one
   * @param ecn the two ECN bits of the IP header, the same for all of a run
   */
  public void datagrams(
      long now,
      byte[] b,
      int off,
      int len,
      int segment,
      long remoteHi,
      long remoteLo,
      int remotePort,
      long localHi,
      long localLo,
      int ecn) {
    outer = ecn;
    int size = segment > 0 ? segment : Math.max(1, len);
    int end = off + len;
    int at = off;
    do {
      int last = Math.max(1, unmask(b, at, end, size));
      for (int i = 0; i < last; i++) {
        position = i;
        int n = Math.min(size, end - at);
        datagram(now, b, at, n, remoteHi, remoteLo, remotePort, localHi, localLo);
        at += n;
      }
      if (run != null) {
        run.lane().release();
      }
    } while (at < end);
  }

  /** Makes a lane this thread's; it has no other. */
  private void claim(ReceiveLane lane) {
    while (!lane.claim()) {
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
    if (entry.lane().number() != sinkLane) {
      sinkLane = entry.lane().number();
      sink.lane(sinkLane);
    }
    run = entry;
    return count;
  }

  private void datagram(
      long now,
      byte[] b,
      int off,
      int len,
      long remoteHi,
      long remoteLo,
      int remotePort,
      long localHi,
      long localLo) {
    if (!Codec.isData(b, off, len)) {
      Path path = path(remoteHi, remoteLo, remotePort, localHi, localLo);
      if (len > Sizes.INIT_HYBRID) {
        shared.counters().drop(DropReason.MALFORMED);
      } else if (!notices.offer(new Notice.Datagram(Arrays.copyOfRange(b, off, off + len), path))) {
        shared.counters().drop(DropReason.QUEUE_FULL);
      }
      return;
    }
    if (len < Sizes.DATA_OVERHEAD) {
      shared.counters().drop(DropReason.MALFORMED);
      return;
    }
    SessionTable.Entry entry = run;
    if (entry == null) {
      long id = DataHeader.connectionId(b, off);
      unknown(now, id, b, off, len, path(remoteHi, remoteLo, remotePort, localHi, localLo));
      return;
    }
    Session session = entry.lane().session();
    int n = open(now, entry, b, off, len);
    if (n < 0) {
      return;
    }
    ReceiveLane lane = entry.lane();
    Path usual = session.path();
    Path apart = lane.path();
    boolean known = usual.carries(remoteHi, remoteLo, remotePort, localHi, localLo);
    Path path = usual;
    if (!known && apart != null) {
      path = apart;
      known = apart.carries(remoteHi, remoteLo, remotePort, localHi, localLo);
    }
    if (!known) {
      path = path(remoteHi, remoteLo, remotePort, localHi, localLo);
    }
    boolean first = !lane.early() && !session.confirmed() && session.confirm();
    if (first && !notices.offer(new Notice.Confirmed(session, lane.number() == 0 ? path : usual))) {
      session.unconfirm(); // control has to know: the next packet tells it
    }
    if (!known && !lane.early() && !(first && lane.number() == 0)) {
      moved(now, lane, path, len);
    }
    items(now, entry.lane(), plain, 0, n, path);
  }

  /**
   * Takes what the kernel or the network says about a datagram sent earlier.
   *
   * @param mtu largest packet for that address
   * @param local whether the own kernel says it
   */
  public void tooBig(long now, long remoteHi, long remoteLo, int mtu, boolean local) {
    if (shared.hints().take(now)) {
      notices.offer(new Notice.TooBig(new Endpoint(remoteHi, remoteLo, 0), mtu, local));
    }
  }

  private void moved(long now, ReceiveLane lane, Path path, int bytes) {
    if (lane.lastWasHighest() && now - lane.moveTold() >= MOVE_PERIOD) {
      lane.moveTold(now);
      notices.offer(new Notice.Moved(lane, path, bytes));
    }
  }

  private int open(long now, SessionTable.Entry entry, byte[] b, int off, int len) {
    ReceiveLane lane = entry.lane();
    int n = lane.open(position, b, off, len, plain, 0);
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
    lane.received(now);
    if (outer == Ecn.CE) {
      lane.sawCongestion();
    }
    if (!lane.session().confirmed()) {
      lane.session().allow(len);
    }
    if (entry.index() > lane.newestId() && notices.offer(new Notice.NewId(lane, entry.index()))) {
      lane.sawId(entry.index());
    }
    return n;
  }

  private void unknown(long now, long id, byte[] b, int off, int len, Path path) {
    boolean kept =
        len <= 2 * Sizes.INIT_HYBRID
            && held.add(
                new HeldDatagrams.Held(
                    id,
                    Arrays.copyOfRange(b, off, off + len),
                    path,
                    outer,
                    now + HeldDatagrams.LIFE));
    if (!kept) {
      shared.counters().drop(DropReason.UNKNOWN_ID);
    }
    if (now - unknownPeriod >= UNKNOWN_PERIOD) {
      unknownPeriod = now;
      unknownTold = 0;
    }
    if (unknownTold < UNKNOWN_LIMIT) {
      unknownTold++;
      notices.offer(new Notice.UnknownId(id, path));
    }
  }

  /** Whether {@link #retryHeld} has something to do. */
  public boolean holding() {
    return !held.isEmpty() || !fragments.isEmpty();
  }

  /** Opens held datagrams whose session has come; drops those whose time is over. */
  public void retryHeld(long now) {
    fragments.expire(now);
    for (int i = 0; i < HeldDatagrams.LIMIT && !held.isEmpty(); i++) {
      HeldDatagrams.Held h = held.peek(i);
      if (h == null) {
        continue;
      }
      if (shared.sessions().lookup(h.id()) != null) {
        held.take(i);
        Endpoint from = h.path().remote();
        datagrams(
            now,
            h.bytes(),
            0,
            h.bytes().length,
            0,
            from.hi(),
            from.lo(),
            from.port(),
            h.path().localHi(),
            h.path().localLo(),
            h.ecn());
      } else if (h.until() <= now) {
        held.take(i);
        shared.counters().drop(DropReason.UNKNOWN_ID);
      }
    }
  }

  private void items(long now, ReceiveLane lane, byte[] b, int from, int end, Path path) {
    int at = from;
    while (at < end) {
      int n = Item.length(b, at, end);
      if (n == Item.MALFORMED) {
        shared.counters().drop(DropReason.BAD_ITEM);
        return;
      }
      if (Item.isIp(b, at)) {
        deliver(lane, b, at, n);
      } else if (b[at] != Item.PADDING) {
        control(now, lane, b, at, n, path);
      }
      at += n;
    }
  }

  private void deliver(ReceiveLane lane, byte[] b, int at, int n) {
    PeerLink peer = shared.peer(lane.session().facts().peer());
    if (peer == null) {
      shared.counters().drop(DropReason.SESSION_OVER);
    } else if (!IpHeader.whole(b, at, n)) {
      shared.counters().drop(DropReason.NOT_IP);
    } else if (shared
            .forwarding()
            .routes()
            .lookup(IpHeader.sourceHi(b, at), IpHeader.sourceLo(b, at))
        != peer) {
      shared.counters().drop(DropReason.WRONG_SOURCE);
    } else if (!Ecn.decapsulate(b, at, outer)) {
      shared.counters().drop(DropReason.CONGESTION);
    } else {
      peer.received(n);
      lane.sawInner();
      sink.packet(b, at, n);
    }
  }

  private void control(long now, ReceiveLane lane, byte[] b, int at, int n, Path path) {
    int type = b[at];
    int value = at + Sizes.ITEM_HEADER;
    int length = n - Sizes.ITEM_HEADER;
    if (type == Item.FRAGMENT) {
      byte[] whole = fragments.add(now, lane.session(), outer, b, value, length);
      if (fragments.dropped()) {
        shared.counters().drop(DropReason.BAD_FRAGMENT);
      }
      if (whole != null && whole[0] != Item.FRAGMENT) {
        int own = outer;
        outer = fragments.ecn();
        items(now, lane, whole, 0, whole.length, path);
        outer = own;
      }
    } else if (!Item.known(type)) {
      shared.counters().drop(DropReason.UNKNOWN_ITEM);
    } else if (!lane.early()) {
      Item item = Item.decode(type, b, value, length);
      if (item == null) {
        shared.counters().drop(DropReason.BAD_ITEM);
      } else if (!notices.offer(new Notice.ItemCame(lane.session(), item, path))) {
        shared.counters().drop(DropReason.QUEUE_FULL);
      }
    }
  }

  /** Erases the keys of a lane of a session that has ended. */
  public void erase(ReceiveLane lane) {
    claim(lane);
    lane.close();
    lane.release();
  }

  private static Path path(long hi, long lo, int port, long localHi, long localLo) {
    return new Path(new Endpoint(hi, lo, port), localHi, localLo);
  }
}
