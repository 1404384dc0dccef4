package org.ipae.tunnel.session;

import org.ipae.crypto.HeaderMask;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.Sizes;

/**
 * Opens the datagrams of one lane: header protection, replay window, AEAD. One thread opens; any
 * thread may read the statistics.
 */
public final class ReceiveLane implements AutoCloseable {
  /** Results of {@link #open} that are no length. */
  public static final int FORGED = -1;

  public static final int REPLAYED = -2;
  public static final int CLOSED = -3;

  private static final int BLOCK = 16;

  private final Session session;
  private final int number;
  private final boolean early;
  private final LaneKeys keys;
  private final PacketCipher cipher;
  private final HeaderMask headerMask;
  private final byte[] nonce = new byte[LaneKeys.IV];
  private final byte[] mask = new byte[BLOCK];
  private final byte[] header = new byte[Sizes.DATA_HEADER];
  private final ReplayWindow window = new ReplayWindow();
  private long lastCounter;
  private volatile boolean closed;

  private volatile long packets;
  private volatile long highest = -1;
  private volatile long forged;
  private volatile int newestId;

  ReceiveLane(Session session, Suite suite, Secret trafficSecret, int number, boolean early) {
    this.session = session;
    this.number = number;
    this.early = early;
    keys = new LaneKeys(trafficSecret, number);
    cipher = PacketCipher.opening(suite, keys.key);
    headerMask = HeaderMask.of(suite, keys.mask);
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

  /** Connection id {@code index} of this lane. */
  public long connectionId(int index) {
    return keys.connectionId(index);
  }

  /**
   * Opens one datagram into {@code out}, another array than {@code b}.
   *
   * @return bytes of plaintext, or {@link #FORGED}, {@link #REPLAYED} or {@link #CLOSED}
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public int open(byte[] b, int off, int len, byte[] out, int outOff) {
    if (closed) {
      return CLOSED;
    }
    if (len < Sizes.DATA_OVERHEAD) {
      return FORGED;
    }
    headerMask.masks(b, off + DataHeader.CIPHERTEXT, 1, mask, 0);
    int counter = DataHeader.counter(b, off) ^ BigEndian.u32(mask, 0);
    long unsigned = counter & 0xffff_ffffL;
    if (unsigned >= Limits.MAX_PACKETS) {
      forged++;
      return FORGED;
    }
    if (!window.isNew(unsigned)) {
      return REPLAYED;
    }
    DataHeader.write(header, 0, DataHeader.connectionId(b, off), counter);
    SendLane.nonce(keys.iv, counter, nonce);
    int opened =
        cipher.open(
            nonce,
            header,
            0,
            Sizes.DATA_HEADER,
            b,
            off + Sizes.DATA_HEADER,
            len - Sizes.DATA_HEADER,
            out,
            outOff);
    if (opened < 0) {
      if (++forged >= Limits.MAX_FORGERIES) {
        closed = true;
      }
      return FORGED;
    }
    window.mark(unsigned);
    lastCounter = unsigned;
    highest = window.highest();
    packets++;
    return opened;
  }

  /** Whether the last packet opened had the highest counter so far: it may move the path. */
  public boolean lastWasHighest() {
    return lastCounter == window.highest();
  }

  /** Authentic packets received. */
  public long packets() {
    return packets;
  }

  /** Packets that the sender must have sent and that did not come (yet). */
  public long missing() {
    return Math.max(0, highest + 1 - packets);
  }

  /** Highest counter received, -1 if none. */
  public long highest() {
    return highest;
  }

  /** Index of the newest connection id on which an authentic packet came. */
  public int newestId() {
    return newestId;
  }

  /** Notes that an authentic packet came on id {@code index}. */
  public void sawId(int index) {
    if (index > newestId) {
      newestId = index;
    }
  }

  /** No packet is opened from now on; the keys are erased by {@link #close}. */
  void retire() {
    closed = true;
  }

  /** Erases the keys; by the opening thread, or when none opens any more. */
  @Override
  public void close() {
    closed = true;
    keys.close();
    cipher.close();
  }
}
