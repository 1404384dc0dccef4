// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.ipae.crypto.HeaderMask;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Seals the datagrams of one lane. One thread seals at a time: the one whose {@link #claim}
 * succeeded, until it {@link #release}s the lane; any thread may read the statistics. Usually a
 * lane has one thread and a claim costs one atomic operation for a batch; where a session has fewer
 * lanes than the host has threads they take turns, for a counter must never serve two of them.
 *
 * <p>Sealing leaves the counter of a datagram in the clear until {@link #mask}, so that one call
 * masks a batch.
 */
public final class SendLane implements AutoCloseable {
  private static final int BLOCK = HeaderMask.BLOCK;

  private final Suite suite;
  private final LaneKeys keys;
  private @Nullable Sealing sealing; // from the first datagram on
  private @Nullable MaskRoom room; // of the thread that has claimed the lane
  private long connectionId;
  private int idIndex;
  private boolean closed;

  private final AtomicBoolean claimed = new AtomicBoolean();

  // One writer at a time: release is enough, and cheaper than a volatile write for each packet.
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicLong large = new AtomicLong();
  private final AtomicLong lastSent = new AtomicLong(Long.MIN_VALUE);
  private volatile @Nullable SecondPath second;

  /** What a lane needs once it seals. */
  private static final class Sealing {
    private final LaneKeys.Ciphers keys;
    private final byte[] nonce = new byte[LaneKeys.IV];
    private final int[] pending = new int[MaskRoom.BATCH];
    private int pendingCount;

    Sealing(LaneKeys.Ciphers keys) {
      this.keys = keys;
    }
  }

  /** A lane alone with its secret, which stays the caller's. */
  public SendLane(Suite suite, Secret trafficSecret, int lane) {
    this(suite, new TrafficSecret(trafficSecret, 1), lane);
  }

  /**
   * @param secret released by this object
   */
  SendLane(Suite suite, TrafficSecret secret, int lane) {
    this.suite = suite;
    keys = new LaneKeys(suite, secret, lane, true);
    connectionId = keys.connectionId(0);
  }

  /** A lane with one fixed connection id: that of early data. */
  public SendLane(Suite suite, Secret trafficSecret, int lane, long fixedId) {
    this(suite, trafficSecret, lane);
    connectionId = fixedId;
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

  /** Gives a claimed lane back, with nothing left to {@link #mask}. */
  public void release() {
    room = null;
    claimed.set(false);
  }

  /** Makes ready to seal without delay: a first cipher takes a process tens of milliseconds. */
  public void ready() {
    prepare();
  }

  private Sealing prepare() {
    Sealing w = sealing;
    if (w == null) {
      w = new Sealing(keys.open());
      sealing = w;
    }
    return w;
  }

  /** Steps to connection id {@code index}; before any later seal, by the sealing thread. */
  public void useId(int index) {
    if (index != idIndex) {
      idIndex = index;
      connectionId = keys.connectionId(index);
    }
  }

  /** Connection id {@code index} of this lane; any thread. */
  public long connectionId(int index) {
    return keys.connectionId(index);
  }

  /** Whether the limits of the key still allow a packet. */
  public boolean usable() {
    return !closed
        && packets.getPlain() < Limits.MAX_PACKETS
        && blocks.getPlain() < Limits.MAX_BLOCKS;
  }

  /** Whether the limits are near enough for a rekey. */
  public boolean wantsRekey() {
    return packets.get() >= Limits.REKEY_PACKETS || blocks.get() >= Limits.REKEY_BLOCKS;
  }

  /** Notes that a datagram was sent; by the sealing thread. */
  public void sent(long now, int bytes) {
    lastSent.setRelease(now);
    if (bytes > Sizes.LEAST_MAX_DATAGRAM) {
      large.setRelease(large.getPlain() + 1);
    }
  }

  /** Where copies go while it is undecided where the peer is; null if none do. */
  public @Nullable SecondPath second() {
    return second;
  }

  /** By control, or by the thread that sees a datagram come from there. */
  public void second(@Nullable SecondPath next) {
    second = next;
  }

  /** When the last datagram was sent, the distant past if none was. */
  public long lastSent() {
    return lastSent.get();
  }

  /** Datagrams sent that not every path carries. */
  long largePackets() {
    return large.get();
  }

  /** Packets sealed. */
  public long packets() {
    return packets.get();
  }

  public Suite suite() {
    return suite;
  }

  /**
   * Seals one datagram. {@code out} must be another array than {@code plain}.
   *
   * @return bytes written: {@code len} + 28
   * @throws IllegalStateException if the lane is not {@link #usable}: the caller must ask first
   */
  public int seal(byte[] plain, int off, int len, byte[] out, int outOff) {
    if (!usable()) {
      throw new IllegalStateException("lane is used up");
    }
    long counted = packets.getPlain();
    int counter = (int) counted;
    packets.setRelease(counted + 1);
    blocks.setRelease(blocks.getPlain() + 2 + (len + BLOCK - 1) / BLOCK);
    DataHeader.write(out, outOff, connectionId, counter);
    Sealing w = prepare();
    nonce(w.keys.iv, counter, w.nonce);
    int sealed =
        w.keys.cipher.seal(
            w.nonce,
            out,
            outOff,
            Sizes.DATA_HEADER,
            plain,
            off,
            len,
            out,
            outOff + Sizes.DATA_HEADER);
    w.pending[w.pendingCount++] = outOff;
    if (w.pendingCount == MaskRoom.BATCH) {
      mask(out);
    }
    return Sizes.DATA_HEADER + sealed;
  }

  /** Masks the counters of everything sealed into {@code out} since the last call. */
  public void mask(byte[] out) {
    Sealing w = sealing;
    if (w == null || w.pendingCount == 0) {
      return;
    }
    MaskRoom r = room;
    if (r == null) {
      r = new MaskRoom(); // a lane of one thread alone
      room = r;
    }
    for (int i = 0; i < w.pendingCount; i++) {
      int sample = w.pending[i] + DataHeader.CIPHERTEXT;
      System.arraycopy(out, sample, r.samples, i * BLOCK, BLOCK);
    }
    w.keys.headerMask.masks(r.samples, 0, w.pendingCount, r.masks, 0);
    for (int i = 0; i < w.pendingCount; i++) {
      int at = w.pending[i] + DataHeader.COUNTER;
      BigEndian.u32(out, at, BigEndian.u32(out, at) ^ BigEndian.u32(r.masks, i * BLOCK));
    }
    w.pendingCount = 0;
  }

  /** nonce = iv XOR counter, the counter in the last four bytes. */
  static void nonce(byte[] iv, int counter, byte[] out) {
    System.arraycopy(iv, 0, out, 0, LaneKeys.IV);
    BigEndian.u32(out, LaneKeys.IV - 4, BigEndian.u32(out, LaneKeys.IV - 4) ^ counter);
  }

  /** Erases the keys; by the thread that has claimed the lane, or when none seals any more. */
  @Override
  public void close() {
    closed = true;
    keys.close();
  }
}
