package org.ipae.tun.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tun.device.Tun;
import org.jspecify.annotations.Nullable;

/**
 * A TUN interface whose host side is the test: {@link #inject} what the host sends, {@link #take}
 * what it receives. Both queues are bounded. Any thread. Cannot be polled.
 */
public final class MemoryTun implements Tun {
  private final String name;
  private final int index;
  private final int queuePackets;
  private final ArrayDeque<Waiting> fromHost = new ArrayDeque<>();
  private final ArrayDeque<Waiting> toHost = new ArrayDeque<>();
  private long injectDrops;
  private long writeErrors;
  private boolean closed;

  /** An interface with queues of 1,024 packets. */
  public MemoryTun(String name, int index) {
    this(name, index, 1024);
  }

  /**
   * An interface.
   *
   * @param queuePackets most packets that wait in each direction
   */
  public MemoryTun(String name, int index, int queuePackets) {
    this.name = name;
    this.index = index;
    this.queuePackets = queuePackets;
  }

  /**
   * The host sends a packet, without offload.
   *
   * @return false if the queue was full and the packet is lost
   */
  public boolean inject(byte[] packet) {
    PacketBatch one = PacketBatch.over(packet, 1);
    one.add(0, packet.length);
    return inject(one) == 1;
  }

  /**
   * The host sends packets with their virtio headers.
   *
   * @return packets queued; the others are lost
   */
  public synchronized int inject(PacketBatch batch) {
    int queued = 0;
    for (int i = 0; i < batch.count(); i++) {
      if (fromHost.size() < queuePackets) {
        fromHost.add(Waiting.of(batch, i));
        queued++;
      } else {
        injectDrops++;
      }
    }
    return queued;
  }

  /** The oldest packet that was written and not taken yet; null = none. */
  public synchronized byte @Nullable [] take() {
    Waiting next = toHost.poll();
    return next == null ? null : next.packet();
  }

  /** Clears the batch and fills it with packets that were written, with their virtio headers. */
  public synchronized int take(PacketBatch batch) {
    return move(toHost, batch);
  }

  /** Packets lost in {@link #inject} since the start. */
  public synchronized long injectDrops() {
    return injectDrops;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int index() {
    return index;
  }

  /** There is none: -1. */
  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public boolean tcpOffload() {
    return false;
  }

  @Override
  public boolean udpOffload() {
    return false;
  }

  @Override
  public synchronized int read(PacketBatch batch) throws OsException {
    checkOpen("read");
    return move(fromHost, batch);
  }

  @Override
  public synchronized int write(PacketBatch batch) throws OsException {
    checkOpen("write");
    int written = 0;
    for (int i = 0; i < batch.count(); i++) {
      // Like the kernel: not a packet of IP version 4 or 6, or no room.
      int version = batch.length(i) == 0 ? 0 : (batch.bytes()[batch.offset(i)] & 0xf0) >> 4;
      if ((version == 4 || version == 6) && toHost.size() < queuePackets) {
        toHost.add(Waiting.of(batch, i));
        written++;
      } else {
        writeErrors++;
      }
    }
    return written;
  }

  @Override
  public synchronized long writeErrors() {
    return writeErrors;
  }

  @Override
  public synchronized void close() {
    closed = true;
    fromHost.clear();
    toHost.clear();
  }

  private void checkOpen(String call) throws OsException {
    if (closed) {
      throw new OsException(call + " " + name, Errno.EBADFD);
    }
  }

  private static int move(ArrayDeque<Waiting> queue, PacketBatch batch) {
    batch.clear();
    while (!batch.full()) {
      Waiting next = queue.poll();
      if (next == null) {
        break;
      }
      next.addTo(batch);
    }
    return batch.count();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Waiting(
      byte[] packet,
      int flags,
      int gsoType,
      int headerLength,
      int gsoSize,
      int checksumStart,
      int checksumOffset) {
    static Waiting of(PacketBatch batch, int i) {
      int off = batch.offset(i);
      return new Waiting(
          Arrays.copyOfRange(batch.bytes(), off, off + batch.length(i)),
          batch.flags(i),
          batch.gsoType(i),
          batch.headerLength(i),
          batch.gsoSize(i),
          batch.checksumStart(i),
          batch.checksumOffset(i));
    }

    void addTo(PacketBatch batch) {
      if (packet.length > batch.slotBytes()) {
        return;
      }
      int off = batch.nextOffset();
      System.arraycopy(packet, 0, batch.bytes(), off, packet.length);
      int i = batch.add(off, packet.length);
      batch.segmentation(i, gsoType, headerLength, gsoSize);
      batch.checksum(i, flags, checksumStart, checksumOffset);
    }
  }
}
