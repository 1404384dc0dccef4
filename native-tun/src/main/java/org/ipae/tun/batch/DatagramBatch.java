package org.ipae.tun.batch;

import java.util.Objects;

/**
 * UDP payloads on their way from or to a UDP socket, in one heap array. Arrays of fields, no object
 * per datagram. One thread at a time.
 *
 * <p>Addresses are 16 bytes in two big-endian longs, IPv4 as {@code ::ffff:a.b.c.d}; a local
 * address of 0/0 lets the kernel choose. A run of equal datagrams (only the last may be shorter)
 * can be one entry with a segment size.
 */
public final class DatagramBatch {
  /** Unused bytes behind each entry received. */
  public static final int SPARE = 64;

  private final byte[] bytes;
  private final int slotBytes;
  private final int capacity;
  private final int[] offset;
  private final int[] length;
  private final int[] segmentSize;
  private final long[] remoteHi;
  private final long[] remoteLo;
  private final int[] remotePort;
  private final int[] remoteScope;
  private final long[] localHi;
  private final long[] localLo;
  private final int[] interfaceIndex;
  private final byte[] ecn;
  private int count;

  /**
   * A batch with slots of its own.
   *
   * @param capacity most entries
   * @param slotBytes longest payload that can be received
   */
  public DatagramBatch(int capacity, int slotBytes) {
    this(new byte[Math.multiplyExact(capacity, slotBytes + SPARE)], capacity, slotBytes);
  }

  /**
   * A batch for receiving, in an array that need not hold {@code capacity} of the longest entries:
   * it is full when another one might not fit.
   *
   * @param slotBytes longest entry that can be received
   * @param arrayBytes bytes of the array
   */
  public DatagramBatch(int capacity, int slotBytes, int arrayBytes) {
    this(new byte[Math.max(arrayBytes, slotBytes + SPARE)], capacity, slotBytes);
  }

  private DatagramBatch(byte[] bytes, int capacity, int slotBytes) {
    this.bytes = bytes;
    this.slotBytes = slotBytes;
    this.capacity = capacity;
    this.offset = new int[capacity];
    this.length = new int[capacity];
    this.segmentSize = new int[capacity];
    this.remoteHi = new long[capacity];
    this.remoteLo = new long[capacity];
    this.remotePort = new int[capacity];
    this.remoteScope = new int[capacity];
    this.localHi = new long[capacity];
    this.localLo = new long[capacity];
    this.interfaceIndex = new int[capacity];
    this.ecn = new byte[capacity];
  }

  /** A batch for sending payloads that lie in the caller's array; it has no slots. */
  public static DatagramBatch over(byte[] array, int capacity) {
    return new DatagramBatch(array, capacity, 0);
  }

  /** The array all offsets point into. */
  public byte[] bytes() {
    return bytes;
  }

  /** The longest entry that can be received, in bytes; 0 in a batch for sending. */
  public int slotBytes() {
    return slotBytes;
  }

  /** Most entries. */
  public int capacity() {
    return capacity;
  }

  /** Entries held. */
  public int count() {
    return count;
  }

  /** Whether no further entry fits. */
  public boolean full() {
    return count == capacity || (slotBytes > 0 && nextOffset() + slotBytes + SPARE > bytes.length);
  }

  /** Forgets all entries; the bytes stay. */
  public void clear() {
    count = 0;
  }

  /** Where the next entry goes. For receivers, which then call {@link #add}. */
  public int nextOffset() {
    return count == 0 ? 0 : offset[count - 1] + length[count - 1] + SPARE;
  }

  /**
   * Appends an entry: one datagram, no scope, no interface.
   *
   * @param remotePort 1..65535
   * @param ecn the two ECN bits, 0..3
   * @return its index
   * @throws IndexOutOfBoundsException if the batch is full or the range is not in the array
   */
  public int add(
      int off,
      int len,
      long remoteHi,
      long remoteLo,
      int remotePort,
      long localHi,
      long localLo,
      int ecn) {
    int i = count;
    this.offset[i] = Objects.checkFromIndexSize(off, len, bytes.length);
    this.length[i] = len;
    this.segmentSize[i] = 0;
    this.remoteHi[i] = remoteHi;
    this.remoteLo[i] = remoteLo;
    this.remotePort[i] = remotePort;
    this.remoteScope[i] = 0;
    this.localHi[i] = localHi;
    this.localLo[i] = localLo;
    this.interfaceIndex[i] = 0;
    this.ecn[i] = (byte) (ecn & 3);
    count = i + 1;
    return i;
  }

  /** Where entry {@code i} begins. */
  public int offset(int i) {
    return offset[checkIndex(i)];
  }

  /** Bytes of entry {@code i}, all its segments together. */
  public int length(int i) {
    return length[checkIndex(i)];
  }

  /** Bytes of each datagram of entry {@code i} but the last; 0 = the entry is one datagram. */
  public int segmentSize(int i) {
    return segmentSize[checkIndex(i)];
  }

  /** Makes entry {@code i} a run of datagrams of this size; 0 = one datagram. */
  public void segmentSize(int i, int size) {
    segmentSize[checkIndex(i)] = size;
  }

  /** Upper half of the other host's address. */
  public long remoteHi(int i) {
    return remoteHi[checkIndex(i)];
  }

  /** Lower half of the other host's address. */
  public long remoteLo(int i) {
    return remoteLo[checkIndex(i)];
  }

  /** The other host's port. */
  public int remotePort(int i) {
    return remotePort[checkIndex(i)];
  }

  /** The interface index that scopes a link-local remote address; otherwise 0. */
  public int remoteScope(int i) {
    return remoteScope[checkIndex(i)];
  }

  /** Sets the scope of a link-local remote address, an interface index. */
  public void remoteScope(int i, int scope) {
    remoteScope[checkIndex(i)] = scope;
  }

  /** Upper half of this host's address. */
  public long localHi(int i) {
    return localHi[checkIndex(i)];
  }

  /** Lower half of this host's address. */
  public long localLo(int i) {
    return localLo[checkIndex(i)];
  }

  /** The interface it came in by, or must leave by; 0 = the routing table decides. */
  public int interfaceIndex(int i) {
    return interfaceIndex[checkIndex(i)];
  }

  /** Sets the interface that entry {@code i} came in by, or must leave by. */
  public void interfaceIndex(int i, int index) {
    interfaceIndex[checkIndex(i)] = index;
  }

  /** The two ECN bits of the IP header, 0..3. */
  public int ecn(int i) {
    return ecn[checkIndex(i)];
  }

  /**
   * Appends a datagram to entry {@code i}, whose bytes it follows: the entry becomes a run. It is
   * not longer than the others, and no other follows one that is shorter.
   */
  public void extend(int i, int bytes) {
    if (segmentSize[checkIndex(i)] == 0) {
      segmentSize[i] = length[i];
    }
    Objects.checkFromIndexSize(offset[i], length[i] + bytes, this.bytes.length);
    length[i] += bytes;
  }

  /** Drops the first bytes of entry {@code i}, which have been sent. */
  public void skip(int i, int sent) {
    offset[checkIndex(i)] += sent;
    length[i] -= sent;
  }

  private int checkIndex(int i) {
    return Objects.checkIndex(i, count);
  }
}
