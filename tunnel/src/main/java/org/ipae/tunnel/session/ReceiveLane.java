// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Opens the datagrams of one lane: header protection, replay window, AEAD. One thread opens at a
 * time: the one whose {@link #claim} succeeded, until it {@link #release}s the lane. Usually all
 * datagrams of a lane come to one thread, and a claim costs one atomic operation for a run of them;
 * when a lane moves, its last datagrams from the old path and its first ones from the new may come
 * to two. Any thread may read the statistics.
 */
public final class ReceiveLane implements AutoCloseable {
  /** Results of {@link #open} that are no length. */
  public static final int FORGED = -1;

  public static final int REPLAYED = -2;
  public static final int CLOSED = -3;

  /** Most datagrams of one {@link #unmask}. */
  public static final int RUN = MaskRoom.BATCH;

  private final Session session;
  private final int number;
  private final boolean early;
  private final LaneKeys keys;
  private @Nullable Opening opening; // from the first datagram on
  private @Nullable MaskRoom room; // of the thread that has claimed the lane
  private long lastCounter;
  private volatile boolean closed;

  private final AtomicBoolean claimed = new AtomicBoolean();

  // One writer at a time: release is enough, and cheaper than a volatile write for each packet.
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong highest = new AtomicLong(-1);
  private final AtomicLong forged = new AtomicLong();
  private final AtomicLong congestion = new AtomicLong();
  private final AtomicLong lastReceived = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong innerReceived = new AtomicLong();
  private volatile int newestId;
  private volatile @Nullable Path path;
  private volatile @Nullable Path avoided;
  private volatile boolean contested;
  private long moveTold = Long.MIN_VALUE / 2;
  private long idTold = Long.MIN_VALUE / 2;

  ReceiveLane(Session session, Suite suite, TrafficSecret secret, int number, boolean early) {
    this.session = session;
    this.number = number;
    this.early = early;
    keys = new LaneKeys(suite, secret, number, false);
  }

  public Session session() {
    return session;
  }

  public int number() {
    return number;
  }

  /** Whether this lane carries early data: IP items only, and it confirms nothing. */
  public boolean early() {
    return early;
  }

  /**
   * Takes the lane for the calling thread; false if another one has it. Never waits.
   *
   * @param own the thread's, lent until {@link #release}
   */
  public boolean claim(MaskRoom own) {
    if (!claimed.compareAndSet(false, true)) {
      return false;
    }
    room = own;
    return true;
  }

  /** Gives a claimed lane back. */
  public void release() {
    room = null;
    claimed.set(false);
  }

  /** Whether it opens no more; what came on it changes no more then. Any thread. */
  public boolean closed() {
    return closed;
  }

  /**
   * Which of the first 16 counters have come: bit {@code n}, of value 2^n, for counter {@code n}.
   * Once it is {@link #closed}.
   */
  public int first16() {
    return opening == null ? 0 : opening.window.first16();
  }

  /** Connection id {@code index} of this lane. */
  public long connectionId(int index) {
    return keys.connectionId(index);
  }

  /**
   * Reads the counters of up to {@link #RUN} datagrams that lie {@code stride} bytes apart, in one
   * call of the mask's cipher; each has at least {@link Sizes#DATA_OVERHEAD} bytes.
   */
  public void unmask(byte[] b, int off, int stride, int count) {
    if (closed) {
      return;
    }
    if (opening == null) {
      opening = new Opening(keys.open());
    }
    if (room == null) {
      room = new MaskRoom(); // a lane of one thread alone
    }
    opening.unmask(room, b, off, stride, count);
  }

  /**
   * Opens one datagram into the start of {@code out}, another array than {@code b}.
   *
   * @return bytes of plaintext, or {@link #FORGED}, {@link #REPLAYED} or {@link #CLOSED}
   */
  public int open(byte[] b, int off, int len, byte[] out) {
    if (len < Sizes.DATA_OVERHEAD) {
      return closed ? CLOSED : FORGED;
    }
    unmask(b, off, 0, 1);
    return open(0, b, off, len, out);
  }

  /** The same for datagram {@code i} of the last {@link #unmask}. */
  public int open(int i, byte[] b, int off, int len, byte[] out) {
    Opening o = opening;
    MaskRoom r = room;
    if (closed || o == null || r == null) {
      return CLOSED;
    }
    int counter = r.counters[i];
    long unsigned = counter & 0xffff_ffffL;
    if (unsigned >= Limits.MAX_PACKETS) {
      forged.setRelease(forged.getPlain() + 1);
      return FORGED;
    }
    if (!o.window.isNew(unsigned)) {
      return REPLAYED;
    }
    int opened = o.decrypt(counter, b, off, len, out);
    if (opened < 0) {
      forged.setRelease(forged.getPlain() + 1);
      if (forged.getPlain() >= Limits.MAX_FORGERIES) {
        closed = true;
      }
      return FORGED;
    }
    o.window.mark(unsigned);
    lastCounter = unsigned;
    highest.setRelease(o.window.highest());
    packets.setRelease(packets.getPlain() + 1);
    return opened;
  }

  /**
   * Opens datagram {@code i} of the last {@link #unmask} once more, which {@link #open} has found
   * {@link #REPLAYED}: it counts for nothing, except that it came from where it came.
   *
   * @return bytes of plaintext, or a negative number if it does not open
   */
  public int openAgain(int i, byte[] b, int off, int len, byte[] out) {
    Opening o = opening;
    MaskRoom r = room;
    return closed || o == null || r == null ? CLOSED : o.decrypt(r.counters[i], b, off, len, out);
  }

  /** Whether the last packet opened had the highest counter so far: it may move the path. */
  public boolean lastWasHighest() {
    return lastCounter == highest.getPlain();
  }

  /** Notes when an authentic datagram came; by the opening thread. */
  public void received(long now) {
    lastReceived.setRelease(now);
  }

  /** When an authentic datagram last came, the distant past if none did. */
  public long lastReceived() {
    return lastReceived.get();
  }

  /** Notes an inner packet received; by the opening thread. */
  public void sawInner() {
    innerReceived.setRelease(innerReceived.getPlain() + 1);
    session.carry();
  }

  /** Inner packets received. */
  public long innerReceived() {
    return innerReceived.get();
  }

  /** The path that this lane has for itself; null if it shares the session's. */
  public @Nullable Path path() {
    return path;
  }

  /** By control. */
  public void path(@Nullable Path next) {
    path = next;
  }

  /** Where copies of its datagrams come from: nothing follows to there. Null if none do. */
  public @Nullable Path avoided() {
    return avoided;
  }

  /** By control. */
  public void avoid(@Nullable Path from) {
    avoided = from;
  }

  /** Whether datagrams come from two places, and it is undecided where the peer is. */
  public boolean contested() {
    return contested;
  }

  /** By control. */
  public void contested(boolean now) {
    contested = now;
  }

  /** When control was last told of a move; the opening thread. */
  public long moveTold() {
    return moveTold;
  }

  public void moveTold(long now) {
    moveTold = now;
  }

  /** Authentic packets received. */
  public long packets() {
    return packets.get();
  }

  /** Packets that the sender must have sent and that have not come, or not yet. */
  public long missing() {
    return Math.max(0, highest.get() + 1 - packets.get());
  }

  /** Notes that the datagram just opened came with ECN CE. */
  public void sawCongestion() {
    congestion.setRelease(congestion.getPlain() + 1);
  }

  /** Authentic packets that came with ECN CE. */
  public long congestion() {
    return congestion.get();
  }

  /** Highest counter received, -1 if none. */
  public long highest() {
    return highest.get();
  }

  /** Index of the newest connection id on which an authentic packet came. */
  public int newestId() {
    return newestId;
  }

  /** Notes that an authentic packet came on id {@code index}; the opening thread. */
  public void sawId(long now, int index) {
    newestId = index;
    idTold = now;
  }

  /** When the last new id came, milliseconds; the opening thread. */
  public long idTold() {
    return idTold;
  }

  /** Erases the keys; by the thread that has claimed the lane, or when none opens any more. */
  @Override
  public void close() {
    closed = true;
    keys.close();
  }
}
