package org.ipae.tunnel.session;

import java.util.concurrent.atomic.AtomicLong;
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

  /** Most datagrams of one {@link #unmask}. */
  public static final int RUN = 64;

  private static final int BLOCK = 16;

  private final Session session;
  private final int number;
  private final boolean early;
  private final LaneKeys keys;
  private final PacketCipher cipher;
  private final HeaderMask headerMask;
  private final byte[] nonce = new byte[LaneKeys.IV];
  private final byte[] samples = new byte[RUN * BLOCK];
  private final byte[] masks = new byte[RUN * BLOCK];
  private final int[] counters = new int[RUN];
  private final byte[] header = new byte[Sizes.DATA_HEADER];
  private final ReplayWindow window = new ReplayWindow();
  private long lastCounter;
  private volatile boolean closed;

  // One writer: release is enough, and cheaper than a volatile write for each packet.
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong highest = new AtomicLong(-1);
  private final AtomicLong forged = new AtomicLong();
  private final AtomicLong congestion = new AtomicLong();
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
   * Reads the counters of up to {@link #RUN} datagrams that lie {@code stride} bytes apart, in one
   * call of the mask's cipher; each has at least {@link Sizes#DATA_OVERHEAD} bytes.
   */
  public void unmask(byte[] b, int off, int stride, int count) {
    for (int i = 0; i < count; i++) {
      int at = off + i * stride + DataHeader.CIPHERTEXT;
      System.arraycopy(b, at, samples, i * BLOCK, BLOCK);
    }
    headerMask.masks(samples, 0, count, masks, 0);
    for (int i = 0; i < count; i++) {
      counters[i] = DataHeader.counter(b, off + i * stride) ^ BigEndian.u32(masks, i * BLOCK);
    }
  }

  /**
   * Opens one datagram into {@code out}, another array than {@code b}.
   *
   * @return bytes of plaintext, or {@link #FORGED}, {@link #REPLAYED} or {@link #CLOSED}
   */
  public int open(byte[] b, int off, int len, byte[] out, int outOff) {
    if (len < Sizes.DATA_OVERHEAD) {
      return closed ? CLOSED : FORGED;
    }
    unmask(b, off, 0, 1);
    return open(0, b, off, len, out, outOff);
  }

  /** The same for datagram {@code i} of the last {@link #unmask}. */
  public int open(int i, byte[] b, int off, int len, byte[] out, int outOff) {
    if (closed) {
      return CLOSED;
    }
    int counter = counters[i];
    long unsigned = counter & 0xffff_ffffL;
    if (unsigned >= Limits.MAX_PACKETS) {
      forged.setRelease(forged.getPlain() + 1);
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
      forged.setRelease(forged.getPlain() + 1);
      if (forged.getPlain() >= Limits.MAX_FORGERIES) {
        closed = true;
      }
      return FORGED;
    }
    window.mark(unsigned);
    lastCounter = unsigned;
    highest.setRelease(window.highest());
    packets.setRelease(packets.getPlain() + 1);
    return opened;
  }

  /** Whether the last packet opened had the highest counter so far: it may move the path. */
  public boolean lastWasHighest() {
    return lastCounter == window.highest();
  }

  /** Authentic packets received. */
  public long packets() {
    return packets.get();
  }

  /** Packets that the sender must have sent and that did not come (yet). */
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
